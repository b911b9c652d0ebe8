package io.keyedsequential.spring.autoconfigure;

import java.util.Set;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the keyedatoms endpoint.
 *
 * @param showKeys When to show keys and error messages, which may be personal data.
 * @param roles Roles of those who are authorized to see them. When empty, everybody who is authenticated is.
 */
@ConfigurationProperties("management.endpoint.keyedatoms")
public record KeyedAtomsEndpointProperties(@DefaultValue("never") Show showKeys, @DefaultValue Set<String> roles) {

    /**
     * Copies the roles.
     *
     * @param showKeys when to show keys
     * @param roles who is authorized
     */
    public KeyedAtomsEndpointProperties {
        roles = Set.copyOf(roles);
    }
}
