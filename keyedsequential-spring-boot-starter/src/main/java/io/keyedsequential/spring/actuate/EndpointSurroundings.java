package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.atom.event.OperatorActed;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint knows of the application around it.
 *
 * @param application the application's name, or {@code null}
 * @param instance which of its processes this is
 * @param keys how the log names keys
 * @param events is told of what operators do
 * @param history the last hour of every atom, or {@code null}
 * @param traces where traces are shown, or {@code null}
 */
public record EndpointSurroundings(
        @Nullable String application,
        String instance,
        LoggedKeys keys,
        Consumer<OperatorActed> events,
        @Nullable AtomHistory history,
        @Nullable TraceUrl traces) {

    /** Where nothing is around it. */
    static EndpointSurroundings none(LoggedKeys keys) {
        return new EndpointSurroundings(null, "this", keys, acted -> {}, null, null);
    }
}
