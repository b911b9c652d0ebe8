package io.keyedsequential.benchmarks.contender;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread per operation and a fair lock per key. Operations of one key do not overlap, but their order is that in
 * which the threads reach the lock, which is not the order in which they were started.
 */
final class VirtualThreadLocks implements Contender {

    private final ConcurrentHashMap<Long, KeyLock> byKey = new ConcurrentHashMap<>();
    private final ExecutorService threads;
    private final Semaphore permits;

    VirtualThreadLocks(Threads threads) {
        this.threads = VirtualThreads.newExecutorPerThread();
        this.permits = new Semaphore(threads.permits());
    }

    @Override
    public void execute(Long key, Body body) {
        threads.execute(() -> runLocked(key, body));
    }

    private void runLocked(Long key, Body body) {
        KeyLock keyLock = byKey.compute(key, (k, present) -> joined(present));
        keyLock.lock.lock();
        try {
            // The key first, then the permit: the other way round a waiting key would hold a permit.
            permits.acquireUninterruptibly();
            try {
                body.run();
            } finally {
                permits.release();
            }
        } finally {
            keyLock.lock.unlock();
            byKey.computeIfPresent(key, (k, present) -> --present.users == 0 ? null : present);
        }
    }

    private static KeyLock joined(@Nullable KeyLock present) {
        KeyLock keyLock = present == null ? new KeyLock() : present;
        keyLock.users++;
        return keyLock;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** A lock and the number of threads that hold or want it; the count is only touched inside the map's compute. */
    private static final class KeyLock {

        final ReentrantLock lock = new ReentrantLock(true);
        int users;
    }
}
