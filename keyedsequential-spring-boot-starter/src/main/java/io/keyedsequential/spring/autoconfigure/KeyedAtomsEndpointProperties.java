package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.actuate.TraceUrl;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the keyedatoms endpoint.
 *
 * @param showKeys When to show keys and error messages, which may be personal data.
 * @param roles Roles of those who are authorized to see them. When empty, every authenticated user is.
 * @param traceUrl Address at which a trace is shown, with {traceId} in the place of its id. By default the id
 *     stands alone.
 * @param instance Name of this process, in answers and in the title of the live page. By default the host's name and
 *     the process id.
 * @param history What is remembered of the last hour.
 */
@ConfigurationProperties("management.endpoint.keyedatoms")
public record KeyedAtomsEndpointProperties(
        @DefaultValue("never") Show showKeys,
        @DefaultValue Set<String> roles,
        @Nullable String traceUrl,
        @Nullable String instance,
        @DefaultValue History history) {

    /**
     * What is remembered of the last hour.
     *
     * @param enabled Whether throughput, failures, queue and oldest wait of the last hour are sampled for each atom.
     */
    public record History(@DefaultValue("true") boolean enabled) {}

    /**
     * Copies the roles, and validates.
     *
     * @param showKeys when to show keys
     * @param roles who is authorized
     * @param traceUrl where a trace is shown
     * @param instance which process this is
     * @param history what is remembered
     */
    public KeyedAtomsEndpointProperties {
        roles = Set.copyOf(roles);
        if (traceUrl != null) {
            try {
                new TraceUrl(traceUrl);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("management.endpoint.keyedatoms." + e.getMessage(), e);
            }
        }
        if (instance != null && instance.isBlank()) {
            throw new IllegalArgumentException("management.endpoint.keyedatoms.instance must not be blank");
        }
    }

    @Nullable
    TraceUrl traces() {
        return traceUrl == null ? null : new TraceUrl(traceUrl);
    }
}
