package io.keyedsequential.spring.actuate;

import java.util.Map;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of all atoms.
 *
 * @param atoms the atoms by name
 */
public record AtomsDescriptor(Map<String, AtomSummaryDescriptor> atoms) implements OperationResponseBody {}
