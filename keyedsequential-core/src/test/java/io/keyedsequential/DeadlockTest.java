package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wait that closes a circle fails at once, and no other wait does. */
@Timeout(600)
class DeadlockTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final KeyedCoordinator<String> orders =
            coordinators.add(Coordinators.orders().maxConcurrency(4).keyNames(key -> key));

    private KeyedCoordinator<String> stock() {
        return coordinators.add(KeyedCoordinator.<String>builder("stock").maxConcurrency(4));
    }

    private static KeyedDeadlockException circle(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException || thrown instanceof ExecutionException
                ? thrown.getCause()
                : thrown;
        assertThat(cause).isInstanceOf(KeyedDeadlockException.class);
        return (KeyedDeadlockException) cause;
    }

    private static KeyedDeadlockException circleOf(CompletableFuture<?> future) {
        return circle(catchThrowable(() -> future.get(120, TimeUnit.SECONDS)));
    }

    private static void queued(KeyedCoordinator<?> coordinator, long count) {
        Eventually.until(count + " are queued", () -> coordinator.stats().queued() == count);
    }

    /** So many operations of the atom wait now, each has told so, and each has looked for a circle. */
    private static void waits(KeyedCoordinator<?> coordinator, int count) {
        Permits<?> permits = ((StripedCoordinator<?>) coordinator).lanes().permits;
        Eventually.until(
                count + " wait",
                () -> permits.lent() == count
                        && permits.slots().stream()
                                        .filter(DeadlockTest::sleepsInAWait)
                                        .count()
                                >= count);
    }

    private static boolean sleepsInAWait(Slot<?> slot) {
        Thread thread = slot.thread;
        if (slot.waitsFor == null || thread == null) {
            return false;
        }
        Thread.State state = thread.getState(); // for a turn it waits with a limit
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    // ---------------------------------------------------------------- circles of one

    @ParameterizedTest
    @ValueSource(strings = {"join", "get", "get with a time limit"})
    void whoWaitsForAnOperationOfItsOwnKeyIsRefused(String how) {
        AtomicReference<OperationFuture<Boolean>> inner = new AtomicReference<>();
        AtomicReference<String> thread = new AtomicReference<>();
        OperationFuture<Boolean> outer = orders.submit("a", () -> {
            thread.set(Thread.currentThread().getName());
            inner.set(orders.submit("a", () -> ran.add("inner")));
            return switch (how) {
                case "join" -> inner.get().join();
                case "get" -> inner.get().get();
                default -> inner.get().get(1, TimeUnit.HOURS);
            };
        });
        KeyedDeadlockException refusal = circleOf(outer);
        inner.get().join();
        assertThat(ran).as("it goes on when the one before it has ended").containsExactly("inner");
        assertThat(refusal.chain()).hasSize(1);
        assertThat(refusal.chain().get(0))
                .contains(
                        "operation " + outer.operationId() + " of key a in orders",
                        "thread " + thread.get(),
                        "operation " + inner.get().operationId() + " of key a in orders");
        assertThat(refusal)
                .hasMessageContaining("orders")
                .hasMessageContaining(refusal.chain().get(0));
    }

    /** Waits for the future of another one of its key. */
    private record Impatient(KeyedCoordinator<String> atom, String key)
            implements Callable<String>, NamedOperation, LabeledOperation {

        @Override
        public String call() {
            return atom.submit(key, () -> "never").join();
        }

        @Override
        public String operationName() {
            return "wait";
        }

        @Override
        public String operationLabel() {
            return "order 4711";
        }
    }

    @Test
    void theChainNamesOperationsByIdNameAndLabelAndNoKey() {
        KeyedCoordinator<String> silent = stock();
        OperationFuture<String> outer = silent.submit("ada@example.org", new Impatient(silent, "ada@example.org"));
        KeyedDeadlockException refusal = circleOf(outer);
        assertThat(refusal.chain())
                .singleElement()
                .asString()
                .matches("operation 1 \\(wait 'order 4711'\\) in stock on thread .* waits for operation 2 in stock");
        assertThat(refusal).hasMessageNotContaining("ada");
    }

    @Test
    void aKeyIsNamedOnOneLineAndOneThatCannotBeNamedDoesNoHarm() {
        KeyedCoordinator<String> plain = coordinators.add(
                KeyedCoordinator.<String>builder("stock").maxConcurrency(4).keyNames(key -> {
                    if (key.equals("bad")) {
                        throw new StackOverflowError();
                    }
                    return key;
                }));
        assertThat(circleOf(plain.submit("a\r\nERROR forged", new Impatient(plain, "a\r\nERROR forged"))))
                .hasMessageContaining("of key a\\r\\nERROR forged in stock");
        assertThat(circleOf(plain.submit("bad", new Impatient(plain, "bad"))))
                .hasMessageContaining("of a key that cannot be named (java.lang.StackOverflowError) in stock");
        assertThat(plain.submit("bad", () -> "the key is free again").join()).isEqualTo("the key is free again");
    }

    @Test
    void anOperationThatWaitsForItsOwnEndIsRefused() {
        AtomicReference<OperationFuture<String>> self = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        self.set(orders.submit("a", () -> {
            Eventually.await(known);
            return self.get().join();
        }));
        known.countDown();
        assertThat(circleOf(self.get()).chain()).hasSize(1);
    }

    @Test
    void whoWaitsInANestedTurnForAnOuterKeyIsRefused() {
        OperationFuture<Integer> outer = orders.submit(
                "a", () -> orders.call("b", () -> orders.submit("a", () -> 1).join()));
        assertThat(circleOf(outer).chain()).hasSize(1);
    }

    @Test
    void aDependentThatWaitsForTheKeyOfTheOneItDependsOnIsRefused() {
        Gate gate = new Gate();
        OperationFuture<String> first = orders.submit("a", (Callable<String>) gate);
        CompletableFuture<Integer> dependent =
                first.thenApply(done -> orders.submit("a", () -> 1).join());
        gate.open();
        circleOf(dependent);
        assertThat(first).isCompletedWithValue("through");
    }

    @Test
    void aListenerThatWaitsForTheKeyItIsToldOfIsRefusedAndContained() {
        AtomicReference<KeyedCoordinator<String>> told = new AtomicReference<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        KeyedCoordinator<String> coordinator =
                coordinators.add(Coordinators.orders().listener(new Recorder() {
                    @Override
                    public void operationFinished(String atom, OperationSnapshot operation) {
                        if (thrown.get() == null) {
                            thrown.set(catchThrowable(() -> told.get()
                                    .submit("a", () -> ran.add("later"))
                                    .join()));
                        }
                    }
                }));
        told.set(coordinator);
        coordinator.submit("a", () -> 1).join();
        Eventually.idle(coordinator);
        circle(thrown.get());
        assertThat(ran).containsExactly("later");
    }

    // ---------------------------------------------------------------- circles of several

    /** Each link holds its key and, when told to, waits for the next one. */
    private final class Link {
        private final CountDownLatch go = new CountDownLatch(1);
        private final Gate holds = new Gate();
        private final KeyedCoordinator<String> atom;
        private final String key;
        private OperationFuture<Boolean> ends;

        Link(KeyedCoordinator<String> atom, String key) {
            this.atom = atom;
            this.key = key;
        }

        void begin(KeyedCoordinator<String> nextAtom, String nextKey, boolean call) {
            CountDownLatch entered = new CountDownLatch(1);
            ends = atom.submit(key, () -> {
                entered.countDown();
                Eventually.await(go);
                if (call) {
                    return nextAtom.call(nextKey, () -> ran.add(key + " in " + nextKey));
                }
                return nextAtom.submit(nextKey, () -> ran.add(key + " in " + nextKey))
                        .join();
            });
            Eventually.await(entered);
        }

        void go() {
            go.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0b00, 0b01, 0b10, 0b11})
    void twoKeysThatWaitForEachOtherAreRefusedOnce(int calls) {
        Link a = new Link(orders, "a");
        Link b = new Link(orders, "b");
        a.begin(orders, "b", (calls & 1) != 0);
        b.begin(orders, "a", (calls & 2) != 0);
        a.go();
        waits(orders, 1);
        b.go();
        KeyedDeadlockException refusal = circleOf(b.ends);
        assertThat(a.ends.join()).as("the other goes on").isTrue();
        assertThat(refusal.chain()).hasSize(2);
        assertThat(refusal.chain().get(0)).contains("of key b in orders on thread", "of key a in orders");
        assertThat(refusal.chain().get(1)).contains("of key a in orders on thread", "of key b in orders");
        Eventually.idle(orders);
        if ((calls & 2) != 0) {
            assertThat(ran).as("a call that was refused never runs").containsExactly("a in b");
            assertThat(orders.stats().cancelled()).isEqualTo(1);
        } else {
            assertThat(ran)
                    .as("what was enqueued goes on, when its key opens")
                    .containsExactlyInAnyOrder("a in b", "b in a");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0b000, 0b101, 0b010, 0b111})
    void threeKeysOfTwoAtomsThatWaitInACircleAreRefusedOnce(int calls) {
        KeyedCoordinator<String> stock = stock();
        Link first = new Link(orders, "a");
        Link second = new Link(stock, "a");
        Link third = new Link(orders, "c");
        first.begin(stock, "a", (calls & 1) != 0);
        second.begin(orders, "c", (calls & 2) != 0);
        third.begin(orders, "a", (calls & 4) != 0);
        first.go();
        waits(orders, 1);
        second.go();
        waits(stock, 1);
        third.go();
        KeyedDeadlockException refusal = circleOf(third.ends);
        assertThat(refusal.chain()).hasSize(3);
        assertThat(refusal).hasMessageContaining("in orders").hasMessageContaining("in stock");
        assertThat(second.ends.join()).isTrue();
        assertThat(first.ends.join()).isTrue();
    }

    @Test
    void aCircleThroughANestedTurnIsRefused() {
        CountDownLatch inB = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        OperationFuture<Boolean> nested = orders.submit(
                "a",
                () -> orders.call("b", () -> {
                    inB.countDown();
                    Eventually.await(go);
                    return orders.call("c", () -> ran.add("c"));
                }));
        Eventually.await(inB);
        Link c = new Link(orders, "c");
        c.begin(orders, "a", true); // neither its own key nor the one whose body runs, but the one around it
        go.countDown();
        waits(orders, 2);
        c.go();
        assertThat(circleOf(c.ends).chain()).hasSize(2);
        assertThat(nested.join()).isTrue();
    }

    @Test
    void aCircleThroughADependentStageOnTheThreadOfItsOperationIsRefused() {
        Gate gate = new Gate();
        OperationFuture<String> first = orders.submit("a", (Callable<String>) gate);
        CompletableFuture<Boolean> dependent = first.thenApply(done -> orders.call("b", () -> ran.add("b")));
        Link b = new Link(orders, "b");
        b.begin(orders, "a", false);
        gate.open();
        waits(orders, 1); // a's dependent waits for b, and a stays closed
        b.go();
        circleOf(b.ends);
        assertThat(dependent.join()).isTrue();
    }

    @Test
    void twoThatCloseACircleAtOnceNeverBothWait() {
        int both = 0;
        for (int round = 0; round < 500; round++) {
            CountDownLatch inside = new CountDownLatch(2);
            List<OperationFuture<Boolean>> ends = new ArrayList<>();
            for (String[] keys : new String[][] {{"a", "b"}, {"b", "a"}}) {
                boolean call = (round & 1) == 0;
                ends.add(orders.submit(keys[0], () -> {
                    inside.countDown();
                    Eventually.await(inside);
                    return call
                            ? orders.call(keys[1], () -> true)
                            : orders.submit(keys[1], () -> true).join();
                }));
            }
            int refused = 0;
            for (OperationFuture<Boolean> end : ends) {
                Throwable thrown = catchThrowable(() -> end.get(120, TimeUnit.SECONDS));
                if (thrown != null) {
                    circle(thrown);
                    refused++;
                }
            }
            assertThat(refused).isBetween(1, 2);
            both += refused - 1;
        }
        System.out.println("DeadlockTest: both gave up in " + both + " of 500 rounds");
        Eventually.idle(orders);
        StructuralCheck.assertIdle(orders);
    }

    // ---------------------------------------------------------------- several of one key

    private OperationFuture<Boolean> holder(
            KeyedCoordinator<String> atom, String key, CountDownLatch go, OperationFuture<Boolean>[] awaited) {
        CountDownLatch entered = new CountDownLatch(1);
        OperationFuture<Boolean> future = atom.submit(key, () -> {
            entered.countDown();
            Eventually.await(go);
            return awaited[0] == null || awaited[0].join();
        });
        Eventually.await(entered);
        return future;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static OperationFuture<Boolean>[] noneYet() {
        return new OperationFuture[1];
    }

    /** Two of one key that wait for a third: it can start when one of them ends, and none will. */
    @Test
    void theLastOfSeveralHoldersThatWaitForOneBehindThemIsRefused() {
        KeyedCoordinator<String> wide =
                coordinators.add(Coordinators.orders().maxConcurrency(4).perKeyConcurrency(2));
        OperationFuture<Boolean>[] third = noneYet();
        CountDownLatch goOne = new CountDownLatch(1);
        CountDownLatch goTwo = new CountDownLatch(1);
        OperationFuture<Boolean> one = holder(wide, "a", goOne, third);
        OperationFuture<Boolean> two = holder(wide, "a", goTwo, third);
        third[0] = wide.submit("a", () -> ran.add("third"));
        goOne.countDown();
        waits(wide, 1);
        assertThat(one).as("the other runs, so this is no circle").isNotDone();
        goTwo.countDown();
        circleOf(two);
        assertThat(one.join()).isTrue();
        assertThat(ran).containsExactly("third");
    }

    @Test
    void aHolderThatRunsBesideOneThatLeadsBackMakesItNoCircle() {
        KeyedCoordinator<String> wide =
                coordinators.add(Coordinators.orders().maxConcurrency(8).perKeyConcurrency(2));
        OperationFuture<Boolean>[] none = noneYet();
        OperationFuture<Boolean>[] inA = noneYet();
        OperationFuture<Boolean>[] inB = noneYet();
        CountDownLatch goA = new CountDownLatch(1);
        CountDownLatch goB = new CountDownLatch(1);
        CountDownLatch goFree = new CountDownLatch(1);
        OperationFuture<Boolean> a1 = holder(wide, "a", goA, inB);
        OperationFuture<Boolean> a2 = holder(wide, "a", goA, inB);
        OperationFuture<Boolean> b1 = holder(wide, "b", goB, inA);
        OperationFuture<Boolean> b2 = holder(wide, "b", goFree, none);
        inA[0] = wide.submit("a", () -> ran.add("a3"));
        inB[0] = wide.submit("b", () -> ran.add("b3"));
        goB.countDown();
        waits(wide, 1);
        goA.countDown();
        waits(wide, 3);
        assertThat(List.of(a1, a2, b1)).as("b2 runs").noneMatch(CompletableFuture::isDone);
        goFree.countDown();
        assertThat(List.of(a1.join(), a2.join(), b1.join(), b2.join())).containsOnly(true);
    }

    @Test
    void holdersThatAllLeadBackMakeItACircle() {
        KeyedCoordinator<String> wide =
                coordinators.add(Coordinators.orders().maxConcurrency(8).perKeyConcurrency(2));
        OperationFuture<Boolean>[] inA = noneYet();
        OperationFuture<Boolean>[] inB = noneYet();
        CountDownLatch goA = new CountDownLatch(1);
        CountDownLatch goB1 = new CountDownLatch(1);
        CountDownLatch goB2 = new CountDownLatch(1);
        OperationFuture<Boolean> a1 = holder(wide, "a", goA, inB);
        OperationFuture<Boolean> a2 = holder(wide, "a", goA, inB);
        OperationFuture<Boolean> b1 = holder(wide, "b", goB1, inA);
        OperationFuture<Boolean> b2 = holder(wide, "b", goB2, inA);
        inA[0] = wide.submit("a", () -> ran.add("a3"));
        inB[0] = wide.submit("b", () -> ran.add("b3"));
        goA.countDown();
        waits(wide, 2);
        goB1.countDown();
        waits(wide, 3);
        goB2.countDown();
        assertThat(circleOf(b2).chain()).hasSize(4);
        assertThat(List.of(a1.join(), a2.join(), b1.join())).containsOnly(true);
    }

    // ---------------------------------------------------------------- what is no circle

    @Test
    void aLongChainThatEndsIsNeverRefused() {
        int length = 40;
        KeyedCoordinator<String> wide = coordinators.add(Coordinators.orders().maxConcurrency(length));
        Gate last = new Gate();
        OperationFuture<String> before = wide.submit("0", (Callable<String>) last);
        List<OperationFuture<String>> all = new ArrayList<>(List.of(before));
        for (int i = 1; i < length; i++) {
            OperationFuture<String> awaited = before;
            before = wide.submit(Integer.toString(i), awaited::join);
            all.add(before);
        }
        waits(wide, length - 1);
        last.open();
        all.forEach(future -> assertThat(future.join()).isEqualTo("through"));
    }

    @Test
    void whatIsHeldUpByAStageOrAnOperatorIsWaitedFor() {
        CompletableFuture<Boolean> stage = new CompletableFuture<>();
        OperationFuture<Boolean> staged = orders.submitAsync("s", () -> stage);
        orders.pauseKey("p");
        OperationFuture<Boolean> paused = orders.submit("p", () -> ran.add("p"));
        OperationFuture<Boolean> waiting = orders.submit("a", () -> staged.join() && paused.join());
        waits(orders, 1);
        stage.complete(true);
        waits(orders, 1);
        orders.resumeKey("p");
        assertThat(waiting.join()).isTrue();
    }

    @Test
    void threadsOutsideOfOperationsWaitForAnything() {
        Gate gate = new Gate();
        orders.execute("a", gate);
        gate.awaitEntered();
        TestThread<Boolean> outside =
                TestThread.start(() -> orders.submit("a", () -> ran.add("a")).join());
        queued(orders, 1);
        outside.awaitWaiting();
        gate.open();
        assertThat(outside.result()).isTrue();
    }

    @Test
    void aWaitThatIsOverIsNoPartOfACircle() {
        CountDownLatch waited = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        OperationFuture<Boolean> a = orders.submit("a", () -> {
            orders.call("b", () -> ran.add("first"));
            waited.countDown();
            Eventually.await(go);
            return true;
        });
        Eventually.await(waited);
        OperationFuture<Boolean> b = orders.submit("b", () -> orders.call("a", () -> ran.add("second")));
        waits(orders, 1);
        go.countDown();
        assertThat(a.join()).isTrue();
        assertThat(b.join()).isTrue();
    }

    // ---------------------------------------------------------------- single-threaded, on the search itself

    /** Plays operations that run and wait, all on this thread. */
    private static final class Scene {
        final StripedCoordinator<String> atom;
        final Lanes<String> lanes;

        Scene(int perKeyConcurrency) {
            atom = new StripedCoordinator<>(
                    "orders",
                    CoordinatorOptions.builder()
                            .maxConcurrency(500)
                            .perKeyConcurrency(perKeyConcurrency)
                            .executor(new ManualExecutor())
                            .build());
            lanes = atom.lanes();
        }

        Slot<String> runs(String key) {
            return lanes.scheduler.startTurn(LanesHarness.operation(key), false, 1);
        }

        Operation<String> queued(String key) {
            Operation<String> operation = LanesHarness.operation(key);
            lanes.admission.offer(operation, false, false);
            return operation;
        }

        void waits(Slot<String> slot, Operation<String> operation) {
            slot.waitsFor = new Wait(atom.crew.owner(), operation, null);
        }

        KeyedDeadlockException look(Slot<String> own, Operation<String> operation) {
            ThreadOperations holding = ThreadOperations.enter(atom.crew.owner(), own);
            holding.inBody(true);
            try {
                return DeadlockDetector.look(atom.crew.owner(), operation);
            } finally {
                holding.exit();
            }
        }
    }

    @Test
    void aCircleOfOthersIsToldToThem() {
        Scene scene = new Scene(1);
        Slot<String> mine = scene.runs("a");
        Slot<String> b = scene.runs("b");
        Slot<String> c = scene.runs("c");
        scene.waits(b, scene.queued("c"));
        scene.waits(c, scene.queued("b"));
        assertThat(scene.look(mine, scene.queued("b"))).isNull();
    }

    @Test
    void whoIsBesideACircleOfOthersInAWideLaneIsNotRefused() {
        Scene scene = new Scene(2);
        Slot<String> mine = scene.runs("a");
        scene.runs("a");
        Slot<String> b1 = scene.runs("b");
        Slot<String> b2 = scene.runs("b");
        Operation<String> behindB = scene.queued("b");
        scene.waits(b1, behindB);
        scene.waits(b2, behindB);
        assertThat(scene.look(mine, behindB)).isNull();
    }

    @Test
    void theSearchThroughWideLanesGrowsWithWhatIsThereAndNotWithThePaths() {
        Scene scene = new Scene(2);
        Slot<String> mine = scene.runs("0");
        Slot<String> mineToo = scene.runs("0");
        Operation<String> behindMe = scene.queued("0");
        Operation<String> first = null;
        Operation<String> next = behindMe;
        for (int layer = 1; layer <= 60; layer++) {
            String key = Integer.toString(layer);
            Slot<String> one = scene.runs(key);
            Slot<String> two = scene.runs(key);
            scene.waits(one, next);
            scene.waits(two, next);
            next = scene.queued(key);
            first = next;
        }
        scene.waits(mineToo, first);
        assertThat(scene.look(mine, first)).isNotNull();
        mineToo.waitsFor = null;
        assertThat(scene.look(mine, first)).isNull();
    }

    @Test
    void aChainOfManyThousandsIsFollowedToItsEnd() {
        StripedCoordinator<String> atom = new StripedCoordinator<>(
                "orders",
                CoordinatorOptions.builder()
                        .maxConcurrency(3_000)
                        .capacity(10_000)
                        .executor(new ManualExecutor())
                        .build());
        Lanes<String> lanes = atom.lanes();
        List<Slot<String>> slots = new ArrayList<>();
        List<Operation<String>> behind = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            slots.add(lanes.scheduler.startTurn(LanesHarness.operation("key-" + i), false, 1));
            Operation<String> operation = LanesHarness.operation("key-" + i);
            lanes.admission.offer(operation, false, false);
            behind.add(operation);
        }
        for (int i = 1; i < 3_000; i++) {
            slots.get(i).waitsFor = new Wait(atom.crew.owner(), behind.get((i + 1) % 3_000), null);
        }
        ThreadOperations holding = ThreadOperations.enter(atom.crew.owner(), slots.get(0));
        holding.inBody(true);
        try {
            assertThat(DeadlockDetector.look(atom.crew.owner(), behind.get(1))).isNotNull();
        } finally {
            holding.exit();
        }
    }
}
