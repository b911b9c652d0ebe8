package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActionDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.AtomDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.AtomsDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ExplanationDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.RefusalDescriptor;
import io.keyedsequential.spring.actuate.ParkedSteering.ParkedRequest;
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
     * @param roles who is authorized; if empty, every authenticated user
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
     * One atom, or one lane and why it does not move.
     *
     * @param securityContext who asks
     * @param path the atom's handle or its name in any spelling; then, for a lane, its handle, or the key itself for
     *     those who may see keys
     * @param atom is refused: it belongs in the path
     * @param key for a lane whose key no path can carry: the key itself or its handle
     * @param limit how many lanes, or operations of a lane, to show, 1 or more; more than 1,000 are never shown.
     *     Default: 50 and 100
     * @param search for an atom: what to look for among keys, labels, names and ids. Default: nothing
     * @return the atom or the lane, or why it was not found
     */
    @ReadOperation
    @RegisterReflectionForBinding({AtomDescriptor.class, ExplanationDescriptor.class, RefusalDescriptor.class})
    public WebEndpointResponse<OperationResponseBody> keyedAtom(
            SecurityContext securityContext,
            @Selector(match = Match.ALL_REMAINING) Object path,
            @Nullable String atom,
            @Nullable String key,
            @Nullable Integer limit,
            @Nullable String search) {
        return answer(() -> {
            RequestedPath asked = RequestedPath.of(path, atom, key);
            Requester reader = reader(securityContext);
            LaneAddress lane = asked.lane();
            if (lane == null) {
                return endpoint.describe(asked.atom(), limit, search, reader);
            }
            asked.refuseForLane("search", search);
            return endpoint.explain(asked.atom(), lane, limit, reader);
        });
    }

    /**
     * Does something to an atom or to a lane.
     *
     * @param securityContext who asks
     * @param path the atom's handle or its name in any spelling; then, for a lane, its handle, or the key itself for
     *     those who may see keys, and to pause or resume for every reader
     * @param atom is refused: it belongs in the path
     * @param key for a lane whose key no path can carry: the key itself or its handle
     * @param action of an atom: {@code pause}, {@code resume}, {@code limits} or {@code reset-limits}; {@code cancel},
     *     {@code retry}, {@code skip}, {@code purge} or {@code abandon} of an operation; {@code retry-parked},
     *     {@code skip-parked} or {@code purge-parked} of all parked lanes. Of a lane: {@code retry}, {@code skip},
     *     {@code purge}, {@code pause} or {@code resume}
     * @param maxConcurrency for {@code limits}: how many operations run at once from now on
     * @param operation for those of an operation: its id
     * @param error for those of parked lanes: only lanes that have failed with this class
     * @param preview for those of parked lanes: {@code true} to be told only what would be done
     * @param atMost for those of parked lanes: how many are expected; if there are more, nothing is done
     * @return what was done, or why it was not
     */
    @WriteOperation
    @RegisterReflectionForBinding({ActionDescriptor.class, RefusalDescriptor.class})
    public WebEndpointResponse<OperationResponseBody> steer(
            SecurityContext securityContext,
            @Selector(match = Match.ALL_REMAINING) Object path,
            @Nullable String atom,
            @Nullable String key,
            @Nullable String action,
            @Nullable Integer maxConcurrency,
            @Nullable Long operation,
            @Nullable String error,
            @Nullable Boolean preview,
            @Nullable Integer atMost) {
        return answer(() -> {
            RequestedPath asked = RequestedPath.of(path, atom, key);
            Requester reader = reader(securityContext);
            LaneAddress lane = asked.lane();
            if (lane == null) {
                ParkedRequest parked = new ParkedRequest(error, preview, atMost);
                return endpoint.steer(asked.atom(), action, maxConcurrency, operation, parked, reader);
            }
            asked.refuseForLane("maxConcurrency", maxConcurrency);
            asked.refuseForLane("operation", operation);
            asked.refuseForLane("error", error);
            asked.refuseForLane("preview", preview);
            asked.refuseForLane("atMost", atMost);
            return endpoint.steer(asked.atom(), lane, action, reader);
        });
    }

    private static WebEndpointResponse<OperationResponseBody> answer(Supplier<? extends OperationResponseBody> asked) {
        try {
            return new WebEndpointResponse<>(asked.get());
        } catch (RefusedException e) {
            return new WebEndpointResponse<>(new RefusalDescriptor(e.why()), e.status());
        }
    }

    private Requester reader(SecurityContext securityContext) {
        Principal principal = securityContext.getPrincipal();
        return new Requester(principal == null ? null : principal.getName(), showKeys.isShown(securityContext, roles));
    }
}
