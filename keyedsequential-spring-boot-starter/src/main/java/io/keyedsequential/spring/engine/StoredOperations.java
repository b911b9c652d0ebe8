package io.keyedsequential.spring.engine;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Finds annotated methods by what is stored of their calls. For any thread. */
public final class StoredOperations {

    private record Name(String atom, String operation) {}

    private final ConcurrentMap<Name, StoredOperation> operations = new ConcurrentHashMap<>();

    /** Knows none yet. */
    public StoredOperations() {}

    /**
     * Adds one. Another one of the same names is replaced: an instance of a bean whose definition was exchanged.
     *
     * @param operation the method
     */
    public void add(StoredOperation operation) {
        operations.put(
                new Name(operation.signature().atom(), operation.signature().operation()), operation);
    }

    /**
     * The method of these names.
     *
     * @param atom the atom's name, as it is declared
     * @param operation the operation's name
     * @return empty if this version of the application has none
     */
    public Optional<StoredOperation> find(String atom, String operation) {
        return Optional.ofNullable(operations.get(new Name(atom, operation)));
    }

    /**
     * The method of a call that was stored, perhaps by another version of the application.
     *
     * @param atom the atom's name, as it is declared
     * @param operation the operation's name
     * @return the method
     * @throws UnreadableCallException if this version of the application has none
     */
    public StoredOperation ofStored(String atom, String operation) {
        return find(atom, operation)
                .orElseThrow(() -> new UnreadableCallException(
                        "no method of this version of the application is the operation '%s'".formatted(operation),
                        null));
    }

    /**
     * The method of a call that is to be stored.
     *
     * @param call a call of this application
     * @return the method
     */
    public StoredOperation of(StoredCall call) {
        return find(call.atom(), call.operation())
                .orElseThrow(() -> new IllegalStateException(
                        "%s: the operation '%s' is not known".formatted(call.atom(), call.operation())));
    }
}
