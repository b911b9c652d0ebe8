package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.Contender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The threads that hand operations over. They live as long as the fork, so that what they allocate can be counted. */
final class Producers implements AutoCloseable {

    /** As a backlog: producers never wait of their own accord. */
    static final int UNLIMITED = 0;

    /** How often a producer looks at the backlog, and how long it then lets it shrink. */
    private static final int LOOK_EVERY = 256;

    private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(20);

    private final int count;
    private final int backlog;
    private final ExecutorService threads;

    Producers(int count) {
        this(count, UNLIMITED);
    }

    /**
     * Starts the threads.
     *
     * @param count how many
     * @param backlog about how many operations may be on their way before producers wait
     */
    Producers(int count, int backlog) {
        this.count = count;
        this.backlog = backlog;
        this.threads = Executors.newFixedThreadPool(count);
    }

    /** Hands over the first {@code length} keys of a sequence, each producer its own stretch; returns when all are in. */
    void push(Contender contender, Long[] sequence, int length, CountedBody body) throws InterruptedException {
        long finishedBefore = body.finished();
        List<Callable<@Nullable Void>> stretches = new ArrayList<>();
        for (int producer = 0; producer < count; producer++) {
            int from = (int) ((long) length * producer / count);
            int to = (int) ((long) length * (producer + 1) / count);
            stretches.add(() -> {
                for (int i = from; i < to; i++) {
                    contender.execute(sequence[i], body);
                    if (backlog != UNLIMITED && i % LOOK_EVERY == 0) {
                        awaitRoom((long) (i - from) * count, body, finishedBefore);
                    }
                }
                return null;
            });
        }
        inParallel(stretches);
    }

    /** Runs one piece per producer and passes on what any of them throws. */
    void inParallel(List<Callable<@Nullable Void>> pieces) throws InterruptedException {
        for (Future<@Nullable Void> piece : threads.invokeAll(pieces)) {
            try {
                piece.get();
            } catch (ExecutionException failed) {
                throw new IllegalStateException("a producer failed", failed.getCause());
            }
        }
    }

    /** A producer takes the others to be as far as itself; near enough for a backlog. */
    private void awaitRoom(long sent, CountedBody body, long finishedBefore) {
        while (sent - (body.finished() - finishedBefore) > backlog) {
            LockSupport.parkNanos(PAUSE);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
