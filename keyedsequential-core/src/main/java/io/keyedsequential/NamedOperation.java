package io.keyedsequential;

/**
 * A body that knows what it is called. Where a {@link Runnable} or {@link java.util.concurrent.Callable} handed to a
 * coordinator also implements this, snapshots show the name.
 */
@FunctionalInterface
public interface NamedOperation {

    /**
     * The name to show. Read once, on the thread that looks or that finishes the operation, never under a lock.
     *
     * @return a short stable name, such as a method's
     */
    String operationName();
}
