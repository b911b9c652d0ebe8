package io.keyedsequential.spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties for tests of applications.
 *
 * @param inline Whether operations of atoms that are built from annotations run on the thread that enqueues them,
 *     before the call returns. Their order per key stays; what backs off or is parked still runs later.
 */
@ConfigurationProperties("keyedsequential.test")
public record KeyedAtomsTestProperties(@DefaultValue("false") boolean inline) {}
