package io.keyedsequential.spring.actuate;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** {@link EndpointWebExtension @EndpointWebExtension} that shows keys to those who may see them. */
@EndpointWebExtension(endpoint = KeyedAtomsEndpoint.class)
public class KeyedAtomsEndpointWebExtension {

    private final KeyedAtomsEndpoint endpoint;
    private final Show showKeys;
    private final Set<String> roles;

    /**
     * Extends an endpoint.
     *
     * @param endpoint the endpoint
     * @param showKeys when keys are shown
     * @param roles who is authorized; if empty, whoever is authenticated
     */
    public KeyedAtomsEndpointWebExtension(KeyedAtomsEndpoint endpoint, Show showKeys, Set<String> roles) {
        this.endpoint = endpoint;
        this.showKeys = showKeys;
        this.roles = Set.copyOf(roles);
    }

    /**
     * One atom.
     *
     * @param securityContext who asks
     * @param atom its name in any spelling
     * @return {@code null} if there is none
     */
    @ReadOperation
    public @Nullable AtomDescriptor keyedAtom(SecurityContext securityContext, @Selector String atom) {
        return endpoint.describe(atom, showKeys.isShown(securityContext, roles));
    }
}
