package io.keyedsequential;

/**
 * A body that can tell a refusal from a failure: what it throws when its caller had no right to call, or called with
 * arguments that no attempt would accept. A refusal is the caller's mistake and says nothing about the key. The
 * operation fails with it and is not tried again; it neither parks its key nor pauses the atom, whatever the
 * {@link RetryPolicy} and the {@link ExhaustedPolicy} say.
 */
@FunctionalInterface
public interface RefusingOperation {

    /**
     * Whether an attempt that ended with this was refused. Asked on the thread that saw it fail, never under a lock,
     * and only where a policy would do more than record the failure. What it throws means that the attempt has failed.
     *
     * @param failure what the body has thrown, or the error of its stage
     * @return {@code false} for a failure
     */
    boolean isRefusal(Throwable failure);
}
