package io.keyedsequential.spring.engine;

import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.engine.StoredCall.UnreadableCallException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** An annotated method whose calls are stored. For any thread. */
public interface StoredOperation {

    /**
     * The names under which it is found again.
     *
     * @return atom, operation and the declared types of the parameters
     */
    OperationSignature signature();

    /**
     * The bean's method, for the generic types of its parameters and what it returns.
     *
     * @return the most specific one
     */
    Method method();

    /**
     * The name of its bean.
     *
     * @return as the bean factory knows it
     */
    String beanName();

    /**
     * Whether the annotation has an {@code idempotencyKey}.
     *
     * @return whether calls may carry one
     */
    boolean hasIdempotencyKey();

    /**
     * Whether the annotation has a {@code runAfter}.
     *
     * @return whether calls may be told to wait
     */
    boolean hasRunAfter();

    /**
     * Calls the bean's method on this thread, with the headers in place, through all advice inside of
     * {@code @KeyedSequential}: transactions, caches and so on apply. Annotated methods that the body calls are
     * enqueued as ever. To be called inside the body that the coordinator runs.
     *
     * @param invocation what was stored
     * @return what the method returns: {@code null}, or the stage that ends the operation
     * @throws Throwable what the method throws, unchanged
     */
    @Nullable
    Object deliver(KeyedInvocation invocation) throws Throwable;

    /**
     * Whether an attempt that ended with this was refused: its caller had no right to call, or passed arguments that
     * no attempt would accept. The operation has failed with it, and no policy retries it, parks its key or halts
     * its atom.
     *
     * @param failure what the method has thrown, or the error of its stage
     * @return {@code false} for a failure
     */
    default boolean isRefusal(Throwable failure) {
        return false;
    }

    /**
     * Tells that an operation whose caller holds no future has failed, and that no other attempt follows: it is logged,
     * and goes to the application's {@code AsyncUncaughtExceptionHandler}. Once for each operation; does not throw.
     *
     * @param invocation what was stored
     * @param operationId its id
     * @param attempts how often its body has begun
     * @param failure what the last attempt has thrown
     */
    void failed(KeyedInvocation invocation, long operationId, int attempts, Throwable failure);

    /** Finds annotated methods by what is stored of their calls. For any thread. */
    final class StoredOperations {

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
}
