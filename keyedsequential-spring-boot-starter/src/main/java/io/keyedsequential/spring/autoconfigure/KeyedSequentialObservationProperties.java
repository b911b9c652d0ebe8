package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.KeyDisplay;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of observations.
 *
 * @param enabled Whether calls of annotated methods are observed. By default where there is a tracer; if true, wherever
 *     there is an ObservationRegistry.
 * @param key How keys, which may be personal data, are shown in traces.
 */
@ConfigurationProperties("keyedsequential.observations")
public record KeyedSequentialObservationProperties(@Nullable Boolean enabled, @DefaultValue("none") KeyDisplay key) {}
