package io.keyedsequential.spring.actuate;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import org.jspecify.annotations.Nullable;

/**
 * Description of one operation in a list of lanes, as little of it as a block on a screen needs.
 *
 * @param id its id
 * @param operation the name of the operation, if it has one
 * @param label which business it is about, if it says so
 * @param state its state
 * @param attempt which attempt this is; 1 is the first, 0 means that it has not begun
 */
public record BlockDescriptor(
        long id, @Nullable String operation, @Nullable String label, OperationState state, int attempt) {

    static BlockDescriptor of(OperationSnapshot operation) {
        return new BlockDescriptor(
                operation.id(), operation.name(), operation.label(), operation.state(), operation.attempt());
    }
}
