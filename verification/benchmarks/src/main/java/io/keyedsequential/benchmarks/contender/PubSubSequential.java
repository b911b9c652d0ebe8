package io.keyedsequential.benchmarks.contender;

import java.util.HashMap;
import java.util.LinkedList;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The algorithm of {@code SequentialExecutorService} in the Google Cloud Pub/Sub client, written anew: the class is not
 * public, and the client brings gRPC and some sixty jars.
 *
 * <p>One map of queues behind one lock. A key that has a queue is being served; the step that serves it runs one operation
 * and goes back to the end of the pool's queue, and removes the key when nothing is left.
 */
final class PubSubSequential implements Contender {

    private final Map<Long, Queue<Body>> waiting = new HashMap<>();
    private final ExecutorService pool;

    PubSubSequential(Threads threads) {
        this.pool = threads.newPool();
    }

    @Override
    @SuppressWarnings("JdkObsolete") // a linked list per key is what the original uses
    public void execute(Long key, Body body) {
        synchronized (waiting) {
            Queue<Body> queue = waiting.get(key);
            if (queue != null) {
                queue.add(body);
                return;
            }
            queue = new LinkedList<>();
            queue.add(body);
            waiting.put(key, queue);
        }
        pool.execute(new Step(key));
    }

    private @Nullable Body next(Long key) {
        synchronized (waiting) {
            Queue<Body> queue = waiting.get(key);
            Body next = queue == null ? null : queue.poll();
            if (next == null) {
                waiting.remove(key);
            }
            return next;
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    /** Serves one key, one operation at a time; the same object goes round as long as the key has work. */
    private final class Step implements Runnable {

        private final Long key;

        Step(Long key) {
            this.key = key;
        }

        @Override
        public void run() {
            Body body = next(key);
            if (body == null) {
                return;
            }
            try {
                body.run();
            } finally {
                pool.execute(this);
            }
        }
    }
}
