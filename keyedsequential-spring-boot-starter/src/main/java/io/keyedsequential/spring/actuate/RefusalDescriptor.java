package io.keyedsequential.spring.actuate;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of why a request was not carried out.
 *
 * @param message what is wrong with it, and what would be right; names no key
 */
public record RefusalDescriptor(String message) implements OperationResponseBody {}
