package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.KeyDisplay;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is carried from the caller of an annotated method to its body, where that runs on another thread.
 *
 * @param propagation Whether thread locals that are registered with Micrometer's context propagation are carried, among
 *     them the current observation.
 * @param locale Whether locale and time zone are carried.
 * @param security Whether Spring Security's authentication is carried.
 * @param mdc Whether the MDC is carried, and names atom, key and operation while the body runs.
 * @param mdcKey How keys are shown in the MDC.
 * @param taskDecorators Whether TaskDecorator beans are applied to annotated calls.
 */
@ConfigurationProperties("keyedsequential.context")
public record KeyedSequentialContextProperties(
        @DefaultValue("true") boolean propagation,
        @DefaultValue("true") boolean locale,
        @DefaultValue("true") boolean security,
        @DefaultValue("true") boolean mdc,
        @DefaultValue("masked") KeyDisplay mdcKey,
        @DefaultValue("true") boolean taskDecorators) {}
