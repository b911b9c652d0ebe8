package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActionDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.AtomDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ExplanationDescriptor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;

/**
 * {@link EndpointJmxExtension @EndpointJmxExtension} where atoms and lanes are parameters like any other. Nothing is
 * known of its readers. What is wrong with a request is the message of an exception.
 */
@EndpointJmxExtension(endpoint = KeyedAtomsEndpoint.class)
public class KeyedAtomsEndpointJmxExtension {

    private final KeyedAtomsEndpoint endpoint;

    /**
     * Extends an endpoint.
     *
     * @param endpoint the endpoint
     */
    public KeyedAtomsEndpointJmxExtension(KeyedAtomsEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * One atom.
     *
     * @param atom its name in any spelling
     * @param limit how many lanes to show, 1 or more; more than 1,000 are never shown. Default: 50
     * @param search what to look for among keys, labels, names and ids. Default: nothing
     * @return its lanes and operations
     */
    @ReadOperation
    public AtomDescriptor keyedAtom(@Selector String atom, @Nullable Integer limit, @Nullable String search) {
        return endpoint.keyedAtom(atom, limit, search);
    }

    /**
     * One lane, and why it does not move.
     *
     * @param atom the atom's name in any spelling
     * @param key the lane's handle; the key itself if keys may be shown
     * @param limit how many operations to show, 1 or more; more than 1,000 are never shown. Default: 100
     * @return its operations, and why it does not move
     */
    @ReadOperation
    public ExplanationDescriptor keyedLane(@Selector String atom, @Selector String key, @Nullable Integer limit) {
        return endpoint.keyedLane(atom, key, limit);
    }

    /**
     * Does something to an atom.
     *
     * @param atom its name in any spelling
     * @param action as {@link KeyedAtomsEndpoint#steerAtom} knows them
     * @param maxConcurrency for {@code limits}: how many operations run at once from now on
     * @param operation for those of an operation: its id
     * @param error for those of parked lanes: only lanes that have failed with this class
     * @param preview for those of parked lanes: {@code true} to be told only what would be done
     * @param atMost for those of parked lanes: how many are expected; if there are more, nothing is done
     * @return what was done
     */
    @WriteOperation
    public ActionDescriptor steerAtom(
            @Selector String atom,
            String action,
            @Nullable Integer maxConcurrency,
            @Nullable Long operation,
            @Nullable String error,
            @Nullable Boolean preview,
            @Nullable Integer atMost) {
        return endpoint.steerAtom(atom, action, maxConcurrency, operation, error, preview, atMost);
    }

    /**
     * Does something to a lane.
     *
     * @param atom the atom's name in any spelling
     * @param key the lane's handle; the key itself if keys may be shown, and to pause or resume for every reader
     * @param action as {@link KeyedAtomsEndpoint#steerLane} knows them
     * @return what was done
     */
    @WriteOperation
    public ActionDescriptor steerLane(@Selector String atom, @Selector String key, String action) {
        return endpoint.steerLane(atom, key, action);
    }
}
