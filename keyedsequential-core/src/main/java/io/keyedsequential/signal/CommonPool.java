package io.keyedsequential.signal;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinPool.ManagedBlocker;

/**
 * {@link ForkJoinPool#commonPool()}, told that what it is given may block. The pool has one thread less than there are
 * processors, often only one, and subscribers that wait in all of them would hold up every other subscriber, and every
 * parallel stream of the program. So the pool is made to keep another thread going meanwhile, up to its own limit (by
 * default 256 more); beyond that, deliveries wait for a thread.
 */
final class CommonPool implements Executor {

    @Override
    public void execute(Runnable delivery) {
        ForkJoinPool.commonPool().execute(() -> run(delivery));
    }

    private static void run(Runnable delivery) {
        Blocking blocking = new Blocking(delivery);
        try {
            ForkJoinPool.managedBlock(blocking);
        } catch (Throwable e) { // the pool has reached its limit, or no thread can be started
            blocking.block();
        }
    }

    /** Runs a delivery once. Confined to one thread. */
    private static final class Blocking implements ManagedBlocker {

        private final Runnable delivery;
        private boolean begun;

        Blocking(Runnable delivery) {
            this.delivery = delivery;
        }

        @Override
        public boolean block() {
            if (!begun) {
                begun = true;
                delivery.run();
            }
            return true;
        }

        @Override
        public boolean isReleasable() {
            return begun;
        }
    }
}
