package io.keyedsequential.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keyedsequential.LaneState;
import io.keyedsequential.spring.atom.event.KeyReleased;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What an engine promises besides that keeps its operations outside of the process, for all instances of the
 * application. What not every such engine can do is a {@link Promise}; the tests of those that an engine does not give
 * are reported as skipped, with the promise. What is left of operations whose process is killed or frozen is tried by the engine's own tests.
 */
abstract class DurableConformance extends EngineConformance {

    private static final String WORK = "work";
    private static final String PARKING = "parking";

    /** What the engine says that it does. */
    Set<Promise> promises() {
        return EnumSet.allOf(Promise.class);
    }

    private void requires(Promise promise) {
        assumeTrue(promises().contains(promise), "the engine does not promise: " + promise);
    }

    /** Waits until both would take a part of what comes. */
    void untilBothTakePart(List<String> store) {}

    @Override
    List<Class<?>> beans() {
        return List.of(Work.class, DurableWork.class);
    }

    @Override
    void goOn(List<String> store, String key, List<String> steps) {
        try (RunningApplication next = start(store)) {
            untilDone(next, WORK, key, steps.toArray(String[]::new));
        }
    }

    @Test
    void aCallIsStoredWhenItsTransactionCommitsAndNotBefore() {
        requires(Promise.IN_TRANSACTIONS);
        String key = freshKey();
        Work work = application().work();
        application().transaction().executeWithoutResult(status -> {
            work.run(key, "inside");
            work.run(key, "inside too");
            CompletableFuture.runAsync(() -> work.run(key, "outside")).join();
            Patience.until(() -> assertThat(script.done(key)).containsExactly("outside"));
        });
        untilDone(application(), WORK, key, "outside", "inside", "inside too");
    }

    @Test
    void aCallWhoseTransactionIsRolledBackNeverRuns() {
        requires(Promise.IN_TRANSACTIONS);
        String key = freshKey();
        Work work = application().work();
        assertThatThrownBy(() -> application().transaction().executeWithoutResult(status -> {
                    work.run(key, "never");
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        work.run(key, "after");
        untilDone(application(), WORK, key, "after");
    }

    @Test
    void whatIsStoredGoesOnInOrderAfterARestart() {
        List<String> store = freshStore();
        String key = freshKey();
        List<String> steps = IntStream.range(0, 10).mapToObj(String::valueOf).toList();
        try (RunningApplication first = start(store)) {
            first.steer(WORK, "pause");
            steps.forEach(step -> first.work().run(key, step));
        }
        assertThat(script.done(key)).isEmpty();
        try (RunningApplication next = start(store)) {
            next.steer(WORK, "resume");
            untilDone(next, WORK, key, steps.toArray(String[]::new));
        }
    }

    @Test
    void whatIsStoredGoesOnInOrderAfterARestartAndSoDoesAPause() {
        requires(Promise.STEERED_TOGETHER);
        List<String> store = freshStore();
        String key = freshKey();
        List<String> steps = IntStream.range(0, 10).mapToObj(String::valueOf).toList();
        try (RunningApplication first = start(store)) {
            first.steer(WORK, "pause");
            steps.forEach(step -> first.work().run(key, step));
        }
        try (RunningApplication next = start(store)) {
            Patience.until(
                    () -> assertThat(next.lane(WORK, key).orElseThrow().state()).isEqualTo(LaneState.PAUSED));
            assertThat(next.view(WORK).isPaused()).isTrue();
            assertThat(script.done(key)).isEmpty();
            next.steer(WORK, "resume");
            untilDone(next, WORK, key, steps.toArray(String[]::new));
        }
    }

    @Test
    void aParkedKeyStaysClosedOverARestartAndIsFreedOnAnotherInstance() {
        requires(Promise.STEERED_TOGETHER);
        List<String> store = freshStore();
        String key = freshKey();
        try (RunningApplication first = start(store)) {
            script.whenFails(key, "bad");
            first.work().insist(key, "bad");
            first.work().insist(key, "next");
            untilParked(first, PARKING, key);
        }
        try (RunningApplication next = start(store);
                RunningApplication other = start(store)) {
            untilParked(next, PARKING, key);
            script.repair(key, "bad");
            other.steer(PARKING, key, "retry");
            untilDone(next, PARKING, key, "bad", "next");
            assertThat(other.bean(Heard.class).of(KeyReleased.class))
                    .singleElement()
                    .satisfies(event -> assertThat(event.operation().key()).isEqualTo(key));
            assertThat(next.bean(Heard.class).of(KeyReleased.class)).isEmpty();
        }
    }

    @Test
    void twoInstancesShareTheWorkWithoutOverlapAndInOrder() {
        List<String> store = freshStore();
        List<String> keys = IntStream.range(0, 6 * RunningApplication.LIMIT)
                .mapToObj(i -> freshKey())
                .toList();
        // An instance has no room for more than the limit: what makes it one more runs on the other.
        CountDownLatch both = new CountDownLatch(RunningApplication.LIMIT + 1);
        keys.forEach(key -> script.when(key, "one 0", () -> {
            both.countDown();
            Patience.await(both);
        }));
        int calls = 15;
        try (RunningApplication one = start(store);
                RunningApplication two = start(store)) {
            untilBothTakePart(store);
            for (int call = 0; call < calls; call++) {
                String number = " " + call;
                keys.forEach(key -> {
                    one.work().run(key, "one" + number);
                    two.work().run(key, "two" + number);
                });
            }
            List<String> expected = new ArrayList<>();
            for (int call = 0; call < calls; call++) {
                expected.addAll(List.of("one " + call, "two " + call));
            }
            keys.forEach(key -> untilDone(one, WORK, key, expected.toArray(String[]::new)));
        }
        assertThat(script.overlaps()).isEmpty();
    }

    @Test
    void whatAVersionOfTheApplicationCannotRunIsParkedWithTheReasonForOneThatCan() {
        requires(Promise.KEEPS_WHAT_IS_UNREADABLE);
        List<String> store = freshStore();
        String poisoned = freshKey();
        String unknown = freshKey();
        try (RunningApplication writer = start(store)) {
            writer.steer(WORK, "pause");
            writer.work().run(poisoned, "no number");
            writer.work().run(poisoned, "next");
            writer.work().note(unknown, "noted");
        }
        try (RunningApplication reader = RunningApplication.start(store, script, List.of(OtherVersionsWork.class))) {
            reader.steer(WORK, "resume");
            untilParked(reader, WORK, poisoned);
            untilParked(reader, WORK, unknown);
            assertThat(reader.lane(WORK, poisoned)
                            .orElseThrow()
                            .operations()
                            .get(0)
                            .error())
                    .isNotNull();
            assertThat(reader.lane(WORK, unknown)
                            .orElseThrow()
                            .operations()
                            .get(0)
                            .error())
                    .hasMessageContaining("note");
        }
        try (RunningApplication writer = start(store)) {
            writer.steer(WORK, poisoned, "retry");
            writer.steer(WORK, unknown, "retry");
            untilDone(writer, WORK, poisoned, "no number", "next");
            untilDone(writer, WORK, unknown, "noted");
        }
    }

    @Test
    void aSecondCallWithAnIdempotencyKeyDoesNothingAlsoAfterTheFirstHasEnded() {
        requires(Promise.ONCE_BY_KEY);
        String key = freshKey();
        DurableWork work = application().bean(DurableWork.class);
        work.once(key, "once", key);
        work.once(key, "twice", key);
        application().work().run(key, "next");
        untilDone(application(), WORK, key, "once", "next");
        work.once(key, "late", key);
        application().work().run(key, "last");
        untilDone(application(), WORK, key, "once", "next", "last");
    }

    @Test
    void theEffectOfATransactionalBodyIsThereOnceAlthoughItIsTriedAgain() {
        requires(Promise.IN_TRANSACTIONS);
        String key = freshKey();
        DurableWork work = application().bean(DurableWork.class);
        script.whenFails(key, "write");
        work.write(key, "write");
        untilParked(application(), PARKING, key);
        assertThat(work.effects(key)).isZero();
        script.repair(key, "write");
        application().steer(PARKING, key, "retry");
        untilDone(application(), PARKING, key, "write");
        assertThat(work.effects(key)).isEqualTo(1);
    }

    /** The operation ends in the transaction of its effect: nothing can come between the two. */
    @Test
    void aTransactionalBodyIsNotRunAgainAfterItsEffectIsCommitted() {
        requires(Promise.IN_TRANSACTIONS);
        String key = freshKey();
        DurableWork work = application().bean(DurableWork.class);
        AtomicInteger runs = new AtomicInteger();
        script.when(key, "write", () -> {
            if (runs.incrementAndGet() == 1) {
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        throw new IllegalStateException("after the commit");
                    }
                });
            }
        });
        work.write(key, "write");
        application().work().insist(key, "next");
        untilDone(application(), PARKING, key, "write", "next");
        assertThat(runs).hasValue(1);
        assertThat(work.effects(key)).isEqualTo(1);
    }
}
