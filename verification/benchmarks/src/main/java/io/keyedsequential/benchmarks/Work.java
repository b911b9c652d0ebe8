package io.keyedsequential.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a body does with its time. */
enum Work implements Runnable {

    /** Nothing: the contender's own cost, undiluted. */
    EMPTY(1_000_000) {
        @Override
        public void run() {}
    },

    /** One microsecond of computing. */
    SPIN(200_000) {
        @Override
        public void run() {
            Spin.oneMicrosecond();
        }
    },

    /** One millisecond of waiting, as for a database. */
    BLOCK(600) {
        @Override
        public void run() {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
            // A loop: parking may end early, for instance through a wake-up that was meant for the pool's queue.
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    };

    /** How many operations make a sample long enough to be timed and short enough to be repeated. */
    final int operations;

    Work(int operations) {
        this.operations = operations;
    }
}
