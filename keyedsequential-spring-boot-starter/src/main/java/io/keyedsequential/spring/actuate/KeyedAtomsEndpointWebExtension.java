package io.keyedsequential.spring.actuate;

import java.security.Principal;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} that shows keys to those who may see them, and says what is
 * wrong with a request.
 */
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
     * All atoms.
     *
     * @param securityContext who asks
     * @param history whether to add the last hour of each. Default: no
     * @return with what operators have done lately, which names keys to those who may see them
     */
    @ReadOperation
    @RegisterReflectionForBinding(AtomsDescriptor.class)
    public AtomsDescriptor keyedAtoms(SecurityContext securityContext, @Nullable Boolean history) {
        return endpoint.describeAll(history, reader(securityContext));
    }

    /**
     * One atom.
     *
     * @param securityContext who asks
     * @param atom its handle, or its name in any spelling
     * @param limit how many lanes to show, 1 or more; more than 1,000 are never shown. Default: 50
     * @param search what to look for among keys, labels, names and ids. Default: nothing
     * @return the atom, or why it was not found
     */
    @ReadOperation
    @RegisterReflectionForBinding({AtomDescriptor.class, ExplanationDescriptor.class, RefusalDescriptor.class})
    public WebEndpointResponse<OperationResponseBody> keyedAtom(
            SecurityContext securityContext, @Selector String atom, @Nullable Integer limit, @Nullable String search) {
        return answer(() -> endpoint.describe(atom, limit, search, reader(securityContext)));
    }

    /**
     * One lane, and why it does not move.
     *
     * @param securityContext who asks
     * @param atom the atom's handle, or its name in any spelling
     * @param key the lane's handle; the key itself for those who may see keys
     * @param limit how many operations to show, 1 or more; more than 1,000 are never shown. Default: 100
     * @return the lane, or why it was not found
     */
    @ReadOperation
    public WebEndpointResponse<OperationResponseBody> keyedLane(
            SecurityContext securityContext, @Selector String atom, @Selector String key, @Nullable Integer limit) {
        return answer(() -> endpoint.explain(atom, LaneAddress.of(key), limit, reader(securityContext)));
    }

    /**
     * One lane, for a key that has slashes.
     *
     * @param securityContext who asks
     * @param atom the atom's handle, or its name in any spelling
     * @param key the key itself, for those who may see keys
     * @param limit how many operations to show, 1 or more; more than 1,000 are never shown. Default: 100
     * @return the lane, or why it was not found
     */
    @ReadOperation
    public WebEndpointResponse<OperationResponseBody> keyedLaneOfPath(
            SecurityContext securityContext,
            @Selector String atom,
            @Selector(match = Match.ALL_REMAINING) String[] key,
            @Nullable Integer limit) {
        return answer(() -> endpoint.explain(atom, LaneAddress.of(key), limit, reader(securityContext)));
    }

    /**
     * Does something to an atom.
     *
     * @param securityContext who asks
     * @param atom its name in any spelling
     * @param action {@code pause}, {@code resume} or {@code limits}; {@code cancel}, {@code retry}, {@code skip}, {@code purge} or
     *     {@code abandon} of an operation; {@code retry-parked}, {@code skip-parked} or {@code purge-parked} of all parked lanes
     * @param maxConcurrency for {@code limits}: how many operations run at once from now on
     * @param operation for those of an operation: its id
     * @param error for those of parked lanes: only lanes that have failed with this class
     * @param preview for those of parked lanes: {@code true} to be told only what would be done
     * @param atMost for those of parked lanes: how many are expected; if there are more, nothing is done
     * @return what was done, or why it was not
     */
    @WriteOperation
    @RegisterReflectionForBinding(RefusalDescriptor.class)
    public WebEndpointResponse<OperationResponseBody> steerAtom(
            SecurityContext securityContext,
            @Selector String atom,
            @Nullable String action,
            @Nullable Integer maxConcurrency,
            @Nullable Long operation,
            @Nullable String error,
            @Nullable Boolean preview,
            @Nullable Integer atMost) {
        return answer(() -> endpoint.steer(
                atom,
                action,
                maxConcurrency,
                operation,
                new ParkedRequest(error, preview, atMost),
                reader(securityContext)));
    }

    /**
     * Does something to a lane.
     *
     * @param securityContext who asks
     * @param atom the atom's name in any spelling
     * @param key the lane's handle; the key itself for those who may see keys, and to pause or resume for everybody
     * @param action {@code retry}, {@code skip}, {@code purge}, {@code pause} or {@code resume}
     * @return what was done, or why it was not
     */
    @WriteOperation
    public WebEndpointResponse<OperationResponseBody> steerLane(
            SecurityContext securityContext, @Selector String atom, @Selector String key, @Nullable String action) {
        return answer(() -> endpoint.steer(atom, LaneAddress.of(key), action, reader(securityContext)));
    }

    /**
     * Does something to a lane, for a key that has slashes.
     *
     * @param securityContext who asks
     * @param atom the atom's handle, or its name in any spelling
     * @param key the key itself, for those who may see keys; to pause or resume, for everybody
     * @param action {@code retry}, {@code skip}, {@code purge}, {@code pause} or {@code resume}
     * @return what was done, or why it was not
     */
    @WriteOperation
    public WebEndpointResponse<OperationResponseBody> steerLaneOfPath(
            SecurityContext securityContext,
            @Selector String atom,
            @Selector(match = Match.ALL_REMAINING) String[] key,
            @Nullable String action) {
        return answer(() -> endpoint.steer(atom, LaneAddress.of(key), action, reader(securityContext)));
    }

    private static WebEndpointResponse<OperationResponseBody> answer(Supplier<? extends OperationResponseBody> asked) {
        try {
            return new WebEndpointResponse<>(asked.get());
        } catch (RefusedException e) {
            return new WebEndpointResponse<>(new RefusalDescriptor(e.why()), e.status());
        }
    }

    private Reader reader(SecurityContext securityContext) {
        Principal principal = securityContext.getPrincipal();
        return new Reader(principal == null ? null : principal.getName(), showKeys.isShown(securityContext, roles));
    }
}
