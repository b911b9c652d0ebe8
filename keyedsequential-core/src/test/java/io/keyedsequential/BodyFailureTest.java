package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and what hangs on them misbehave; the engine stays whole and the key goes on. */
@Timeout(600)
class BodyFailureTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final List<String> ran = new ArrayList<>();

    private KeyedCoordinator<String> orders() {
        return coordinators.add(Coordinators.orders().executor(executor).listener(recorder));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                IllegalStateException.class,
                IOException.class,
                AssertionError.class,
                StackOverflowError.class,
                OutOfMemoryError.class
            })
    void whateverABodyThrowsFailsItsOperationAndNothingElse(Class<? extends Throwable> type) throws Exception {
        KeyedCoordinator<String> orders = orders();
        Throwable thrown = type.getDeclaredConstructor().newInstance();
        long failing = orders.execute("a", () -> {
            throw Rethrow.unchanged(thrown);
        });
        OperationFuture<String> failingToo = orders.submit("a", () -> {
            throw Rethrow.unchanged(thrown);
        });
        orders.execute("a", () -> ran.add("next"));
        executor.runAll();
        assertThat(ran).containsExactly("next");
        assertThatThrownBy(failingToo::join).hasCause(thrown);
        assertThat(orders.stats().failed()).isEqualTo(2);
        assertThat(orders.stats().completed()).isEqualTo(1);
        assertThat(recorder.finished.get(0)).satisfies(operation -> {
            assertThat(operation.id()).isEqualTo(failing);
            assertThat(operation.state()).isEqualTo(OperationState.FAILED);
            assertThat(operation.error()).isSameAs(thrown);
        });
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void aBodyThatInterruptsItsThreadDisturbsNoOther() {
        KeyedCoordinator<String> orders = orders();
        orders.execute("a", () -> Thread.currentThread().interrupt());
        orders.execute("a", this::noteInterrupt);
        orders.execute("b", this::noteInterrupt);
        executor.runAll();
        assertThat(ran).containsExactly("interrupted=false", "interrupted=false");
        assertThat(Thread.interrupted()).as("nor the thread that ran them").isFalse();
    }

    @Test
    void aDependentThatInterruptsItsThreadDisturbsNoOperation() {
        KeyedCoordinator<String> orders = orders();
        orders.submit("a", () -> 1).thenRun(() -> Thread.currentThread().interrupt());
        orders.execute("a", this::noteInterrupt);
        orders.execute("b", this::noteInterrupt);
        executor.runAll();
        Thread.interrupted();
        assertThat(ran).containsExactly("interrupted=false", "interrupted=false");
    }

    @Test
    void aListenerThatInterruptsItsThreadDisturbsNoOperation() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().executor(executor).listener(new CoordinatorListener() {
                    @Override
                    public void operationFinished(String atom, OperationSnapshot operation) {
                        Thread.currentThread().interrupt();
                    }
                }));
        orders.execute("a", () -> {});
        orders.execute("a", this::noteInterrupt);
        orders.execute("b", this::noteInterrupt);
        executor.runAll();
        Thread.interrupted();
        assertThat(ran).containsExactly("interrupted=false", "interrupted=false");
    }

    private void noteInterrupt() {
        ran.add("interrupted=" + Thread.currentThread().isInterrupted());
    }

    @Test
    void aDependentThatThrowsHarmsNothing() {
        KeyedCoordinator<String> orders = orders();
        CompletableFuture<Void> dependent = orders.submit("a", () -> 1).thenAccept(one -> {
            throw new AssertionError("dependent");
        });
        orders.execute("a", () -> ran.add("next"));
        executor.runAll();
        assertThat(ran).containsExactly("next");
        assertThat(dependent).isCompletedExceptionally();
        assertThat(orders.stats().failed()).isZero();
    }

    @Test
    void aListenerThatThrowsInEveryCallbackHarmsNothing() {
        List<String> told = new ArrayList<>();
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .executor(executor)
                .capacity(1)
                .overflowPolicy(OverflowPolicy.REJECT)
                .listener(new CoordinatorListener() {
                    @Override
                    public void operationStarted(String atom, OperationSnapshot operation) {
                        told.add("started");
                        throw new IllegalStateException();
                    }

                    @Override
                    public void operationFinished(String atom, OperationSnapshot operation) {
                        told.add("finished " + operation.state());
                        throw new AssertionError();
                    }

                    @Override
                    public void operationRejected(String atom, Object key, RejectedOperationException rejection) {
                        told.add("rejected");
                        throw new StackOverflowError();
                    }

                    @Override
                    public void handOffRejected(String atom, Throwable cause) {
                        told.add("handOffRejected");
                        throw new IllegalStateException();
                    }
                }));
        executor.refuse(1);
        assertThat(orders.tryExecute("a", () -> {})).isFalse();
        for (int i = 0; i < 2; i++) {
            orders.execute("a", () -> ran.add("ran"));
            assertThat(orders.tryExecute("b", () -> {})).isFalse();
            executor.runAll();
        }
        assertThat(orders.<Integer>call("a", () -> 1)).isEqualTo(1);
        assertThat(ran).hasSize(2);
        assertThat(told).contains("handOffRejected", "rejected", "started", "finished CANCELLED", "finished COMPLETED");
        StructuralCheck.assertIdle(orders);
    }

    @Test
    void aNameThatThrowsIsNoName() {
        class Unnamed implements Runnable, NamedOperation {
            @Override
            public void run() {
                ran.add("ran");
            }

            @Override
            public String operationName() {
                throw new AssertionError();
            }
        }
        KeyedCoordinator<String> orders = orders();
        orders.execute("a", new Unnamed());
        assertThat(orders.snapshot())
                .singleElement()
                .extracting(OperationSnapshot::name)
                .isNull();
        executor.runAll();
        assertThat(ran).containsExactly("ran");
    }

    @Test
    void aKeyWhoseHashCodeThrowsIsNotAdmittedAndHarmsNothing() {
        KeyedCoordinator<Object> orders =
                coordinators.add(KeyedCoordinator.<Object>builder("orders").executor(executor));
        Object broken = new Object() {
            @Override
            public int hashCode() {
                throw new IllegalStateException("hashCode");
            }
        };
        assertThatThrownBy(() -> orders.execute(broken, () -> {})).hasMessage("hashCode");
        orders.execute("fine", () -> ran.add("fine"));
        executor.runAll();
        assertThat(ran).containsExactly("fine");
    }

    @Test
    void aKeyWhoseEqualsThrowsIsNotAdmittedAndHarmsNothing() {
        record Broken(int number) {
            @Override
            public int hashCode() {
                return 1;
            }

            @Override
            public boolean equals(Object other) {
                if (other instanceof Broken) {
                    throw new IllegalStateException("equals");
                }
                return false;
            }
        }
        KeyedCoordinator<Object> orders =
                coordinators.add(KeyedCoordinator.<Object>builder("orders").executor(executor));
        orders.execute(1, () -> ran.add("one"));
        orders.pauseKey(1);
        assertThatThrownBy(() -> {
                    orders.execute(new Broken(1), () -> {});
                    orders.execute(new Broken(2), () -> {});
                })
                .hasMessage("equals");
        assertThat(orders.stats().admitted()).isEqualTo(2);
        orders.resumeKey(1);
        executor.runAll();
        assertThat(orders.stats().completed()).isEqualTo(2);
    }
}
