package io.keyedsequential.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of what a write operation has done.
 *
 * @param atom the atom's name
 * @param key the key, or its mask; absent if the action is about no lane
 * @param handle what addresses the lane in a URL; absent if the action is about no lane
 * @param action what was asked for
 * @param result what came of it, in one sentence that names no key
 * @param maxConcurrency the limit that holds from now on; absent if the action is about another thing
 * @param operations the ids of the operations that were tried again, given up or taken out; empty for other actions
 * @param preview {@code true} if nothing was done: {@code result} says what would be; absent otherwise
 * @param lanes the parked lanes that it was done to, or would be; absent for actions that are about one of them
 * @param errors what all parked lanes of the atom have failed with; absent for actions that are about one of them
 */
public record ActionDescriptor(
        String atom,
        @Nullable String key,
        @Nullable String handle,
        String action,
        String result,
        @Nullable Integer maxConcurrency,
        BoundedList<Long> operations,
        @Nullable Boolean preview,
        @Nullable BoundedList<ParkedLaneDescriptor> lanes,
        @Nullable BoundedList<ParkedErrorDescriptor> errors)
        implements OperationResponseBody {

    /** What was done to one atom, lane or operation. */
    ActionDescriptor(
            String atom,
            @Nullable String key,
            @Nullable String handle,
            String action,
            String result,
            @Nullable Integer maxConcurrency,
            BoundedList<Long> operations) {
        this(atom, key, handle, action, result, maxConcurrency, operations, null, null, null);
    }
}
