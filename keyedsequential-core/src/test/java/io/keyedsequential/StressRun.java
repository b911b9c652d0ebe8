package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The threads of a stress test, from one seed: producers, which end by themselves, and operators, which go on until the
 * producers have ended and nothing is left. Then the atoms must be whole, and what they admitted must have ended.
 */
final class StressRun {

    private static final long PRODUCER_MILLIS = 180_000; // a guard

    final long seed = Long.getLong("keyedsequential.seed", System.nanoTime());

    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<TestThread<?>> producers = new ArrayList<>();
    private final List<TestThread<?>> operators = new ArrayList<>();

    StressRun(Class<?> test) {
        System.out.println(test.getSimpleName() + " seed: -Dkeyedsequential.seed=" + seed);
    }

    /** What a thread does, with random numbers of its own. */
    interface Part {
        void run(Random random) throws Exception;
    }

    void produce(Part part) {
        Random random = new Random(seed + producers.size());
        producers.add(TestThread.start(() -> {
            part.run(random);
            return null;
        }));
    }

    /** Does it again and again. */
    void operate(Part part) {
        Random random = new Random(seed + operators.size());
        operators.add(TestThread.start(() -> {
            while (!stop.get()) {
                part.run(random);
                Thread.yield();
            }
            return null;
        }));
    }

    /** Waits until the producers have ended and the atoms are idle, then checks those. */
    void finish(KeyedCoordinator<?>... atoms) {
        try {
            producers.forEach(StressRun::join);
            List.of(atoms).forEach(Eventually::idle);
        } finally {
            stop.set(true);
        }
        operators.forEach(TestThread::result);
        for (KeyedCoordinator<?> each : atoms) {
            Eventually.idle(each);
            StructuralCheck.assertIdle(each);
            CoordinatorStats stats = each.stats();
            assertThat(stats.admitted())
                    .as("balance, seed %d", seed)
                    .isEqualTo(stats.completed() + stats.failed() + stats.cancelled());
        }
    }

    private static void join(TestThread<?> thread) {
        try {
            thread.thread().join(PRODUCER_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        thread.result();
    }

    /** One thread that completes stages. */
    static ExecutorService completer() {
        return Executors.newSingleThreadExecutor(body -> {
            Thread thread = new Thread(body, "completer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * What the bodies of one key note. The fields are plain: if two bodies overlap, or one does not see what the one
     * before it did, the numbers do not add up.
     */
    static final class KeyNotes {

        private final int[] lastOfProducer;
        private int inside;
        private int overlaps;
        private int overtaken;
        long bodies;

        KeyNotes(int producers) {
            this.lastOfProducer = new int[producers];
        }

        static KeyNotes[] of(int keys, int producers) {
            KeyNotes[] notes = new KeyNotes[keys];
            for (int i = 0; i < keys; i++) {
                notes[i] = new KeyNotes(producers);
            }
            return notes;
        }

        void enter() {
            if (++inside != 1) {
                overlaps++;
            }
            bodies++;
        }

        /** Called between {@link #enter} and {@link #leave}: the same number may come again, an earlier one must not. */
        void attempt(int producer, int number) {
            if (lastOfProducer[producer] > number) {
                overtaken++;
            }
            lastOfProducer[producer] = number;
        }

        /** Likewise, where each number comes once. */
        void only(int producer, int number) {
            if (lastOfProducer[producer] >= number) {
                overtaken++;
            }
            lastOfProducer[producer] = number;
        }

        void leave() {
            inside--;
        }

        void check(long seed) {
            assertThat(overlaps).as("overlaps, seed %d", seed).isZero();
            assertThat(overtaken).as("overtaken, seed %d", seed).isZero();
        }
    }
}
