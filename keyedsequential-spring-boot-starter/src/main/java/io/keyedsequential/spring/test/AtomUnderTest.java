package io.keyedsequential.spring.test;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.Keys;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.keyedsequential.spring.atom.RegisteredAtom.DeferredCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** One atom of an application under test, and what it ran. May be used by any thread. */
public final class AtomUnderTest {

    private final RegisteredAtom atom;
    private final OperationRecorder recorder = new OperationRecorder();

    /** How many calls had been dropped with their transaction at the last reset. */
    private volatile long withdrawnBefore;

    AtomUnderTest(RegisteredAtom atom) {
        this.atom = atom;
        atom.addListener(recorder);
    }

    /**
     * The atom's name.
     *
     * @return as it was declared
     */
    public String name() {
        return atom.name();
    }

    /**
     * The atom itself, for whatever is not offered here.
     *
     * @return its coordinator, which takes any key
     */
    @SuppressWarnings("unchecked") // a coordinator only compares its keys; erased, it takes any
    public KeyedCoordinator<Object> coordinator() {
        return (KeyedCoordinator<Object>) atom.coordinator();
    }

    /**
     * What operators do to it, wherever its operations are kept: pause and resume it, change its limit and take that
     * back, free what is parked.
     *
     * @return with an engine that several instances share, for all of them
     */
    public AtomControls controls() {
        return atom.controls();
    }

    /**
     * Waits until it has no operation any more, {@linkplain KeyedAtoms#DEFAULT_TIMEOUT 10 seconds} at most.
     *
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdle() {
        awaitIdle(KeyedAtoms.DEFAULT_TIMEOUT);
    }

    /**
     * Waits until it has no operation any more.
     *
     * @param timeout how long at most
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdle(Duration timeout) {
        checkCanEnd();
        if (!atomRests(timeout)) {
            throw new AssertionError("not idle after %s:%n%s".formatted(timeout, report()));
        }
    }

    /**
     * Waits until a key has no operation any more, {@linkplain KeyedAtoms#DEFAULT_TIMEOUT 10 seconds} at most. Other
     * keys may have some.
     *
     * @param key the key
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdle(Object key) {
        awaitIdle(key, KeyedAtoms.DEFAULT_TIMEOUT);
    }

    /**
     * Waits until a key has no operation any more. Other keys may have some.
     *
     * @param key the key
     * @param timeout how long at most
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdle(Object key, Duration timeout) {
        checkCanEnd();
        Rest.await(
                () -> lane(key).map(AtomUnderTest::isVacant).orElse(true),
                this::look,
                timeout,
                () -> "key '%s' is not idle after %s:%n%s".formatted(Keys.describe(key), timeout, report()));
    }

    /** Whether it comes to rest within the time. */
    boolean atomRests(Duration timeout) {
        return atom.isInMemory()
                ? coordinator().awaitIdle(timeout)
                : Rest.isReached(this::isIdleInItsEngine, this::look, timeout);
    }

    private boolean isIdleInItsEngine() {
        CoordinatorStats stats = stats();
        return stats.queued() + stats.active() + stats.awaiting() + stats.backingOff() + stats.parked() == 0;
    }

    /** Waits a moment: for the coordinator, which runs what an engine keeps, or without it for the engine. */
    private void look() {
        if (!coordinator().awaitIdle(Rest.LOOK) || atom.isInMemory()) {
            Thread.onSpinWait(); // at rest a moment ago: it is looked again at once
        } else {
            LockSupport.parkNanos(Rest.LOOK.toNanos());
        }
    }

    /** What there is now, wherever it is kept. */
    CoordinatorStats stats() {
        return view().stats();
    }

    private AtomView view() {
        return atom.view().fresh();
    }

    /** Inside of a transaction it is not waited for calls that its commit is to begin. */
    void checkCanEnd() {
        if (atom.deferredCalls().waiting() > 0) {
            Transactions.checkCanEnd(name(), atom.deferredCalls());
        }
    }

    private static boolean isVacant(LaneSnapshot lane) {
        return lane.queued() + lane.heldBack() + lane.running() == 0; // it is paused, and has nothing
    }

    /**
     * Waits until nothing is left but keys that are parked, {@linkplain KeyedAtoms#DEFAULT_TIMEOUT 10 seconds} at most.
     *
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdleButForParked() {
        awaitIdleButForParked(KeyedAtoms.DEFAULT_TIMEOUT);
    }

    /**
     * Waits until nothing is left but keys that are parked: each with the operation that failed, and those behind it.
     *
     * @param timeout how long at most
     * @throws AssertionError if the time is up; says what is still there, and why
     */
    public void awaitIdleButForParked(Duration timeout) {
        checkCanEnd();
        Rest.await(this::isIdleButForParked, this::look, timeout, () -> "not idle but for parked keys after %s:%n%s"
                .formatted(timeout, report()));
    }

    boolean isIdleButForParked() {
        CoordinatorStats before = stats();
        if (before.active() + before.awaiting() + before.backingOff() > 0) {
            return false;
        }
        // The counts are read again: what moves while the lanes are looked at changes them.
        return view().lanes(Integer.MAX_VALUE).stream()
                        .allMatch(lane -> lane.state() == LaneState.PARKED || isVacant(lane))
                && stats().equals(before);
    }

    /**
     * Waits until a key is parked, {@linkplain KeyedAtoms#DEFAULT_TIMEOUT 10 seconds} at most. Only for keys that were
     * parked since the last {@link #reset}.
     *
     * @param key the key
     * @throws AssertionError if the time is up; says what is there instead
     */
    public void awaitParked(Object key) {
        boolean parked = atom.isInMemory()
                ? recorder.awaitParked(key, KeyedAtoms.DEFAULT_TIMEOUT)
                : Rest.isReached(() -> isParkedInItsEngine(key), this::look, KeyedAtoms.DEFAULT_TIMEOUT);
        if (!parked) {
            throw new AssertionError("key '%s' has not been parked within %s:%n%s"
                    .formatted(Keys.describe(key), KeyedAtoms.DEFAULT_TIMEOUT, report()));
        }
    }

    /** Listeners are told of it a moment before the engine knows. */
    private boolean isParkedInItsEngine(Object key) {
        return lane(key).filter(lane -> lane.state() == LaneState.PARKED).isPresent();
    }

    /**
     * The operations that have ended since the last {@link #reset}, the last 10,000 at most.
     *
     * @return in the order in which they ended
     */
    public List<OperationSnapshot> operations() {
        return recorder.finished();
    }

    /**
     * Those of one key.
     *
     * @param key the key
     * @return in the order in which they ended
     */
    public List<OperationSnapshot> operations(Object key) {
        return recorder.finished().stream()
                .filter(operation -> isOf(operation, key))
                .toList();
    }

    /** An engine may know a key by its text only. */
    private boolean isOf(OperationSnapshot operation, Object key) {
        return operation.key().equals(key)
                || (!atom.isInMemory() && KeyMask.print(operation.key()).equals(KeyMask.print(key)));
    }

    /**
     * What a key holds now.
     *
     * @param key the key
     * @return its lane, or empty if it has no operation and is not paused
     */
    public Optional<LaneSnapshot> lane(Object key) {
        return view().lane(key);
    }

    /** How often an operation of this key began while another one ran. */
    int overlaps(Object key) {
        return recorder.overlaps(key);
    }

    /**
     * Forgets what it has run, and frees what a failure has stopped, so that the next test does not find it: the
     * operations of parked keys are taken out and never run, and an atom that a failure has paused goes on. What a test
     * has paused itself stays paused. What runs now is remembered when it ends: wait for it first.
     */
    public void reset() {
        if (stats().parked() > 0) {
            view().lanes(Integer.MAX_VALUE).stream()
                    .filter(lane -> lane.state() == LaneState.PARKED)
                    .forEach(lane -> atom.controls().purge(lane.key()));
        }
        if (recorder.wasHalted()) {
            atom.controls().resume();
        }
        withdrawnBefore = atom.deferredCalls().withdrawn();
        recorder.reset();
    }

    /**
     * What it holds now, and why it does not move, for people to read.
     *
     * @return a few lines, with keys in clear; the 20 busiest lanes
     */
    public String report() {
        AtomView view = view();
        return new AtomReport(name(), view.stats(), view.lanes(AtomReport.LANES), operations(), deferred()).toString();
    }

    private List<String> deferred() {
        DeferredCalls calls = atom.deferredCalls();
        List<String> told = new ArrayList<>();
        if (calls.waiting() > 0) {
            told.add(Transactions.waiting(calls.waiting()));
        }
        long withdrawn = calls.withdrawn() - withdrawnBefore;
        String reason = calls.lastReason();
        if (withdrawn > 0 && reason != null) {
            told.add(Transactions.withdrawn(withdrawn, reason));
        }
        return told;
    }

    /** As {@link #report()}. */
    @Override
    public String toString() {
        return report();
    }

    /** Waits for something that an atom tells no listener of. */
    private static final class Rest {

        /** How long it is waited for the whole atom before it is looked again. */
        static final Duration LOOK = Duration.ofMillis(5);

        private Rest() {}

        /**
         * Looks until there is what is waited for, or the time is up.
         *
         * @param look waits a moment before it is looked again
         */
        static void await(BooleanSupplier reached, Runnable look, Duration timeout, Supplier<String> otherwise) {
            if (!isReached(reached, look, timeout)) {
                throw new AssertionError(otherwise.get());
            }
        }

        /** Whether there is what is waited for before the time is up, or the thread is interrupted. */
        static boolean isReached(BooleanSupplier reached, Runnable look, Duration timeout) {
            long begun = System.nanoTime();
            while (!reached.getAsBoolean()) {
                if (Thread.currentThread().isInterrupted() || System.nanoTime() - begun >= timeout.toNanos()) {
                    return false;
                }
                look.run();
            }
            return true;
        }
    }

    /**
     * Tells a test why calls with {@code AFTER_COMMIT} have not run: a test method with {@code @Transactional} rolls
     * back, and before that nothing is committed. Only asked where there are such calls, and so Spring's transactions.
     */
    private static final class Transactions {

        private static final String REMEDY =
                "a @Transactional test method is rolled back at its end unless it commits: TestTransaction.flagForCommit(), then TestTransaction.end(); or leave @Transactional out";

        private Transactions() {}

        /** Refuses to wait, inside of a transaction, for what its commit is to begin. */
        static void checkCanEnd(String atom, DeferredCalls calls) {
            if (calls.waiting() > 0 && TransactionSynchronizationManager.isActualTransactionActive()) {
                throw new AssertionError("%s: %s, and this thread is inside of a transaction: %s"
                        .formatted(atom, waiting(calls.waiting()), REMEDY));
            }
        }

        static String waiting(int calls) {
            return calls == 1
                    ? "1 call waits for its transaction to commit"
                    : "%d calls wait for their transaction to commit".formatted(calls);
        }

        static String withdrawn(long calls, String reason) {
            return "%s never became %s: %s (AFTER_COMMIT); %s"
                    .formatted(
                            calls == 1 ? "1 call" : calls + " calls",
                            calls == 1 ? "an operation" : "operations",
                            reason,
                            REMEDY);
        }
    }

    /** Tells a person what an atom holds. Bounded, whatever that is. */
    private record AtomReport(
            String atom,
            CoordinatorStats stats,
            List<LaneSnapshot> lanes,
            List<OperationSnapshot> finished,
            List<String> deferred) {

        static final int LANES = 20;
        private static final int FAILURES = 10;

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            line(
                    text,
                    "%s: queued=%d, active=%d, awaiting=%d, backingOff=%d, parked=%d, lanes=%d; since "
                            + "start completed=%d, failed=%d, cancelled=%d, rejected=%d",
                    atom,
                    stats.queued(),
                    stats.active(),
                    stats.awaiting(),
                    stats.backingOff(),
                    stats.parked(),
                    stats.lanes(),
                    stats.completed(),
                    stats.failed(),
                    stats.cancelled(),
                    stats.rejected());
            deferred.forEach(each -> line(text, "  %s", each));
            for (LaneSnapshot lane : lanes) {
                line(
                        text,
                        "  key '%s' %s: %s",
                        Keys.describe(lane.key()),
                        lower(lane.state()),
                        lane.explanation().sentence());
                for (OperationSnapshot operation : lane.operations()) {
                    line(text, "    %s", describe(operation));
                }
                int more = lane.queued()
                        + lane.heldBack()
                        + lane.running()
                        - lane.operations().size();
                if (more > 0) {
                    line(text, "    and %d more", more);
                }
            }
            if (stats.lanes() > lanes.size()) {
                line(text, "  and %d more keys", stats.lanes() - lanes.size());
            }
            List<OperationSnapshot> failed = finished.stream()
                    .filter(operation -> operation.error() != null)
                    .toList();
            for (OperationSnapshot operation : failed.subList(Math.max(0, failed.size() - FAILURES), failed.size())) {
                line(text, "  ended: key '%s', %s", Keys.describe(operation.key()), describe(operation));
            }
            return text.toString().stripTrailing();
        }

        static String describe(OperationSnapshot operation) {
            String name = operation.name() == null ? "" : " (" + operation.name() + ")";
            String attempt = operation.attempt() > 1 ? ", attempt " + operation.attempt() : "";
            String error = operation.error() == null ? "" : ", " + operation.error();
            return "operation %d%s %s%s, waited %d ms, ran %d ms%s"
                    .formatted(
                            operation.id(),
                            name,
                            lower(operation.state()),
                            attempt,
                            operation.waitTime().toMillis(),
                            operation.runTime().toMillis(),
                            error);
        }

        private static String lower(Enum<?> state) {
            return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        private static void line(StringBuilder text, String format, Object... values) {
            text.append(format.formatted(values)).append(System.lineSeparator());
        }
    }
}
