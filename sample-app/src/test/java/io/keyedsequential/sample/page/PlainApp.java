package io.keyedsequential.sample.page;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LabeledOperation;
import io.keyedsequential.RetryPolicy;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * An application with nothing but an atom, of which a test decides what runs, fails and waits. Not a configuration by
 * annotation, so that the order desk does not take it for a part of its own.
 */
@EnableAutoConfiguration
class PlainApp {

    static final String[] WRITABLE = {
        "management.endpoint.keyedatoms.access=unrestricted", "keyedsequential.shutdown.drain-timeout=100ms"
    };

    @Bean
    Desk desk() {
        return new Desk();
    }

    @Bean(destroyMethod = "")
    KeyedCoordinator<String> atom(Desk desk) {
        return desk.atom;
    }

    static final class Unreachable extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private interface Body {
        void run() throws InterruptedException;
    }

    private record Labeled(@Nullable String label, @Nullable String trace, Body body)
            implements Runnable, LabeledOperation {

        @Override
        public void run() {
            try {
                body.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public @Nullable String operationLabel() {
            return label;
        }

        @Override
        public @Nullable String operationTrace() {
            return trace;
        }
    }

    static final class Desk implements AutoCloseable {

        /** Failures park; those of type {@link Unreachable} are tried again after an hour first. */
        final KeyedCoordinator<String> atom = KeyedCoordinator.<String>builder("desk")
                .maxConcurrency(4)
                .capacity(200_000)
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Duration.ofHours(1))
                        .maxBackoff(Duration.ofHours(1))
                        .jitter(0)
                        .retryOn(Unreachable.class)
                        .build())
                .closeTimeout(Duration.ofMillis(100))
                .build();

        private final Queue<CountDownLatch> gates = new ConcurrentLinkedQueue<>();
        private final Queue<CompletableFuture<Void>> stages = new ConcurrentLinkedQueue<>();

        /** Holds a key, and a permit, until the gate is opened. */
        CountDownLatch hold(String key) {
            CountDownLatch gate = new CountDownLatch(1);
            gates.add(gate);
            atom.execute(key, () -> {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            return gate;
        }

        /** The same for an operation that has a label. */
        void holdLabeled(String key, String label) {
            CountDownLatch gate = new CountDownLatch(1);
            gates.add(gate);
            atom.execute(key, new Labeled(label, null, gate::await));
        }

        /** Fails for ever; belongs to a trace. */
        void parkTraced(String key, String trace) {
            atom.execute(key, new Labeled(null, trace, () -> {
                throw new IllegalStateException("no account of " + key);
            }));
        }

        /** Fails for ever like this. */
        void parkWith(String key, RuntimeException failure) {
            atom.execute(key, () -> {
                throw failure;
            });
        }

        /** Fails as long as there is no account; its key is parked. */
        CountDownLatch park(String key) {
            CountDownLatch opened = new CountDownLatch(1);
            atom.execute(key, () -> {
                if (opened.getCount() > 0) {
                    throw new IllegalStateException("no account of " + key);
                }
            });
            return opened;
        }

        void backOff(String key) {
            atom.execute(key, () -> {
                throw new Unreachable();
            });
        }

        /** Holds a key without a permit, until the gates are opened. */
        void awaitStage(String key) {
            CompletableFuture<Void> stage = new CompletableFuture<>();
            stages.add(stage);
            CompletableFuture<Void> unused = atom.submitAsync(key, () -> stage);
        }

        void queue(String key, int operations) {
            for (int i = 0; i < operations; i++) {
                atom.execute(key, () -> {});
            }
        }

        void openGates() {
            gates.forEach(CountDownLatch::countDown);
            gates.clear();
            stages.forEach(stage -> stage.complete(null));
            stages.clear();
        }

        @Override
        public void close() {
            openGates();
            atom.close();
        }
    }
}
