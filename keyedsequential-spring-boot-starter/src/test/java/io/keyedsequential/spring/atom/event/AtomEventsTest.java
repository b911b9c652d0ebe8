package io.keyedsequential.spring.atom.event;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationState;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomLog;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.event.EventListener;

@ExtendWith(OutputCaptureExtension.class)
class AtomEventsTest {

    static class Hearing {
        final BlockingQueue<AtomEvent> heard = new LinkedBlockingQueue<>();
        final List<Thread> threads = new CopyOnWriteArrayList<>();
        Consumer<AtomEvent> then = event -> {};

        @EventListener
        void hear(AtomEvent event) {
            threads.add(Thread.currentThread());
            heard.add(event);
            then.accept(event);
        }
    }

    static class Orders {
        @KeyedSequential(key = "#customer", atom = "orders", maxConcurrency = 1)
        public CompletableFuture<String> process(String customer, boolean good) {
            if (!good) {
                throw new IllegalStateException("no stock");
            }
            return CompletableFuture.completedFuture(customer);
        }

        @KeyedSequential(key = "#customer", atom = "slow", maxConcurrency = 1)
        public CompletableFuture<String> linger(String customer, CountDownLatch begun, CountDownLatch gate) {
            begun.countDown();
            await(gate);
            return CompletableFuture.completedFuture(customer);
        }
    }

    /** Runs everything on the thread that enqueues. */
    private final KeyedCoordinator.Builder<String> mail = KeyedCoordinator.<String>builder("mail")
            .executor(Runnable::run)
            .maxConcurrency(1)
            .closeTimeout(Duration.ZERO);

    private static ApplicationContextRunner hearing() {
        return app().withBean(Hearing.class);
    }

    private static ApplicationContextRunner hearing(KeyedCoordinator<String> atom) {
        return hearing().withBean("mailer", KeyedCoordinator.class, () -> atom);
    }

    private static void broken() {
        throw new IllegalStateException("no connection");
    }

    @Test
    void aFailureOfAnAnnotatedMethodIsPublishedOnTheThreadThatRanIt() {
        hearing().withBean(Orders.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            orders.process("ada", true).get(120, TimeUnit.SECONDS);
            orders.process("ada", false).exceptionally(Throwable::getMessage).get(120, TimeUnit.SECONDS);
            Hearing hearing = context.getBean(Hearing.class);
            AtomEvent first = hearing.heard.poll(120, TimeUnit.SECONDS);
            assertThat(first).isInstanceOfSatisfying(OperationFailed.class, failed -> {
                assertThat(failed.atom()).isEqualTo("orders");
                assertThat(failed.operation().id()).isEqualTo(2);
                assertThat(failed.operation().name()).isEqualTo("process");
                assertThat(failed.operation().key()).isEqualTo("ada");
                assertThat(failed.operation().attempt()).isOne();
                assertThat(failed.operation().error()).hasMessage("no stock");
                assertThat(failed.operation().finishedAt()).isNotNull();
                assertThat(failed.stats().failed()).isOne();
                assertThat(failed).hasToString("OperationFailed[atom=orders, operation=2, attempt=1]");
            });
            assertThat(hearing.threads)
                    .singleElement()
                    .extracting(Thread::getName)
                    .asString()
                    .startsWith("orders-");
            assertAtRest(context);
            assertThat(hearing.heard).isEmpty();
        });
    }

    @Test
    void attemptsThatAreFollowedByAnotherAreNotPublished() {
        KeyedCoordinator<String> atom = mail.retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ZERO)
                        .build())
                .build();
        hearing(atom).run(context -> {
            atom.execute("ada", AtomEventsTest::broken);
            assertThat(context.getBean(Hearing.class).heard)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            OperationFailed.class,
                            failed -> assertThat(failed.operation().attempt()).isEqualTo(3));
        });
    }

    @Test
    void aParkedKeyIsPublishedAndWhatBecomesOfIt() {
        KeyedCoordinator<String> atom =
                mail.exhaustedPolicy(ExhaustedPolicy.PARK).build();
        hearing(atom).run(context -> {
            BlockingQueue<AtomEvent> heard = context.getBean(Hearing.class).heard;
            atom.execute("ada", AtomEventsTest::broken);
            assertThat(heard.poll()).isInstanceOfSatisfying(KeyParked.class, parked -> {
                assertThat(parked.operation().key()).isEqualTo("ada");
                assertThat(parked.operation().state()).isEqualTo(OperationState.PARKED);
                assertThat(parked.operation().error()).hasMessage("no connection");
                assertThat(parked.stats().parked()).isOne();
                assertThat(parked).hasToString("KeyParked[atom=mail, operation=1, attempt=1]");
            });
            atom.retry("ada");
            assertThat(heard.poll()).isInstanceOfSatisfying(KeyReleased.class, released -> assertThat(released)
                    .hasToString("KeyReleased[atom=mail, operation=1, how=RETRIED]"));
            assertThat(heard.poll()).isInstanceOf(KeyParked.class);
            atom.skip("ada");
            assertThat(heard.poll()).isInstanceOf(OperationFailed.class);
            assertThat(heard.poll()).isInstanceOfSatisfying(KeyReleased.class, released -> assertThat(released.how())
                    .isEqualTo(KeyReleased.How.SKIPPED));
            atom.execute("ada", AtomEventsTest::broken);
            assertThat(heard.poll()).isInstanceOf(KeyParked.class);
            atom.purge("ada");
            assertThat(heard.poll()).isInstanceOfSatisfying(KeyReleased.class, released -> assertThat(released.how())
                    .isEqualTo(KeyReleased.How.WITHDRAWN));
            assertThat(heard).isEmpty();
            assertAtRest(context);
        });
    }

    @Test
    void anAtomWithoutRoomIsPublishedOncePerInterval() {
        KeyedCoordinator<String> atom =
                mail.capacity(1).overflowPolicy(OverflowPolicy.REJECT).build();
        hearing(atom)
                .withPropertyValues("keyedsequential.events.saturation-interval=1h")
                .run(context -> {
                    atom.pause();
                    atom.execute("ada", () -> {});
                    for (int i = 0; i < 3; i++) {
                        assertThatThrownBy(() -> atom.execute("bob", () -> {}))
                                .isInstanceOf(RejectedOperationException.class);
                    }
                    assertThat(context.getBean(Hearing.class).heard)
                            .singleElement()
                            .isInstanceOfSatisfying(AtomSaturated.class, saturated -> {
                                assertThat(saturated.key()).isEqualTo("bob");
                                assertThat(saturated.rejected()).isOne();
                                assertThat(saturated.blocked()).isZero();
                                assertThat(saturated.stats().queued()).isOne();
                                assertThat(saturated).hasToString("AtomSaturated[atom=mail, rejected=1, blocked=0]");
                            });
                    atom.resume();
                    assertAtRest(context);
                });
    }

    @Test
    void aBlockedCallerAndTheRejectionThatFollowsAreBothCounted() {
        KeyedCoordinator<String> atom =
                mail.capacity(1).blockTimeout(Duration.ofMillis(1)).build();
        hearing(atom)
                .withPropertyValues("keyedsequential.events.saturation-interval=0s")
                .run(context -> {
                    atom.pause();
                    atom.execute("ada", () -> {});
                    assertThatThrownBy(() -> atom.execute("bob", () -> {}))
                            .isInstanceOf(RejectedOperationException.class);
                    assertThat(context.getBean(Hearing.class).heard)
                            .extracting(Object::toString)
                            .containsExactly(
                                    "AtomSaturated[atom=mail, rejected=0, blocked=1]",
                                    "AtomSaturated[atom=mail, rejected=1, blocked=0]");
                    atom.resume();
                    assertAtRest(context);
                });
    }

    @Test
    void theDrainOfAnEndingApplicationReachesItsBeans(CapturedOutput output) {
        BlockingQueue<AtomEvent> heard = new LinkedBlockingQueue<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        hearing()
                .withBean(Orders.class)
                .withPropertyValues("keyedsequential.shutdown.drain-timeout=1ms")
                .run(context -> {
                    context.getBean(Hearing.class).then = heard::add;
                    context.getBean(Orders.class).linger("ada", begun, gate);
                    context.getBean(Orders.class).linger("ada", begun, gate);
                    await(begun);
                });
        gate.countDown();
        // What the end of the application interrupts afterwards may be heard of or not.
        assertThat(heard.peek()).isInstanceOfSatisfying(AtomDrained.class, drained -> {
            assertThat(drained.atom()).isEqualTo("slow");
            assertThat(drained.report().complete()).isFalse();
            assertThat(drained.report().remainingByKey()).containsOnlyKeys("ada");
            assertThat(drained.toString())
                    .startsWith("AtomDrained[slow: not drained after ")
                    .doesNotContain("ada");
        });
        assertThat(output).doesNotContain("a listener failed on");
    }

    @Test
    void whatAListenerThrowsIsLoggedOncePerKindAndHarmsNoOperation(CapturedOutput output) {
        KeyedCoordinator<String> atom = mail.build();
        hearing(atom).run(context -> {
            context.getBean(Hearing.class).then = event -> {
                throw new IllegalStateException("deaf");
            };
            atom.execute("ada", AtomEventsTest::broken);
            atom.execute("ada", AtomEventsTest::broken);
            atom.submit("ada", () -> "good").get(120, TimeUnit.SECONDS);
            assertThat(output.getAll().split("a listener failed on OperationFailed", -1))
                    .hasSize(2);
            assertThat(output).contains("IllegalStateException: deaf");
            assertAtRest(context);
        });
    }

    @Test
    void onceBeansAreDestroyedAndAfterTheApplicationHasEndedNothingIsPublished(CapturedOutput output) {
        KeyedCoordinator<String> atom = mail.build();
        BlockingQueue<AtomEvent> heard = new LinkedBlockingQueue<>();
        DisposableBean late = () -> {
            atom.openIntake();
            atom.execute("ada", AtomEventsTest::broken);
        };
        hearing()
                .withBean("late", DisposableBean.class, () -> late)
                .withBean("mailer", KeyedCoordinator.class, () -> atom, mailer -> ((AbstractBeanDefinition) mailer)
                        .setDestroyMethodName("")) // it outlives the application
                .run(context -> {
                    context.getBean(Hearing.class).then = heard::add;
                    atom.execute("ada", AtomEventsTest::broken);
                    assertThat(heard).hasSize(1);
                });
        assertThat(atom.stats().failed()).isEqualTo(2);
        atom.execute("ada", AtomEventsTest::broken);
        assertThat(atom.stats().failed()).isEqualTo(3);
        assertThat(heard).hasSize(1);
        assertThat(output).doesNotContain("a listener failed on");
        atom.close();
    }

    /** Perhaps nobody listens to events: they are no reason for the log to be silent. */
    @Test
    void eventsAloneSilenceNoLog() {
        List<CoordinatorListener> added = new ArrayList<>();
        KeyedCoordinator<?> recording = (KeyedCoordinator<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {KeyedCoordinator.class}, (proxy, method, arguments) -> {
                    added.add((CoordinatorListener) arguments[0]);
                    return null;
                });
        new AtomEvents(event -> {}, Duration.ZERO, System::nanoTime)
                .atomAdded(new RegisteredAtom("mail", recording, "bean 'mailer'", false));
        assertThat(added).singleElement().satisfies(listener -> assertThat(listener.logsFailures())
                .isFalse());
    }

    @Test
    void eventsCanBeSwitchedOff() {
        hearing().withPropertyValues("keyedsequential.events.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(AtomEvents.class)
                .hasSingleBean(AtomLog.class));
    }

    @Test
    void withoutAtomsThereIsNothingToPublish() {
        hearing().withPropertyValues("keyedsequential.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(AtomEvents.class));
    }

    @Test
    void aNegativeIntervalIsRefusedByName() {
        hearing()
                .withPropertyValues("keyedsequential.events.saturation-interval=-1s")
                .run(
                        context -> assertThat(context)
                                .getFailure()
                                .rootCause()
                                .hasMessage(
                                        "keyedsequential.events.saturation-interval must be zero or more and at most 292 years, was PT-1S"));
    }
}
