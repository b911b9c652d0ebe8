package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/** One item of a stream. It takes a share of the stream's window from its arrival until it leaves the queue. */
final class StreamOperation<K> extends Operation<K> {

    private final StreamIntake<?, K> intake;

    /**
     * Whether the share is still taken. Touched by one thread after the other, as the engine passes the operation on.
     */
    private boolean takesShare = true;

    StreamOperation(StreamIntake<?, K> intake, K key, Runnable body, long enqueuedAt) {
        super(key, body, enqueuedAt);
        this.intake = intake;
    }

    @Override
    @Nullable
    Object perform() {
        leftQueue();
        if (body instanceof Runnable runnable) {
            runnable.run();
        }
        return null;
    }

    @Override
    void deliverUnrun(Throwable reason) {
        leftQueue();
    }

    private void leftQueue() {
        if (giveShareBack()) {
            intake.leftQueue();
        }
    }

    /**
     * The share is free from now on.
     *
     * @return {@code false} if it was so before
     */
    boolean giveShareBack() {
        boolean taken = takesShare;
        takesShare = false;
        return taken;
    }
}
