package io.keyedsequential;

import io.keyedsequential.signal.Signal;
import io.keyedsequential.signal.SignalPattern;
import io.keyedsequential.signal.SignalSink;
import io.keyedsequential.signal.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Holds, sheds or drains an atom by signals. Acts on the thread that raises one, in the order of their numbers.
 *
 * <p>It fails closed. Which signal counts is decided by its number, not by when it arrives: a gate is closed if the
 * last signal that closes it is not older than the last that opens it. If the subscription has lost any, they are
 * unknown, and what can be closed is closed until the next signal opens it.
 *
 * <p>The lost signal at the beginning: one is raised while the atom is being built. It subscribes first and then looks
 * at what the sink remembers, so it meets such a signal at least once; by their numbers, twice does no harm.
 */
final class Gates implements AutoCloseable {

    /** What the gates hold, shed and drain. */
    interface Gated {

        /** A signal lets nothing start, or again. Foreign code is left to {@link #startsDeferred()}. */
        void deferStarts(boolean value);

        void startsDeferred();

        /** A signal lets nothing in, or again. What that means for others is left to {@link #newShed()}. */
        void shedNew(boolean value);

        void newShed();

        /** A signal has the atom take nothing new and work off what it has. */
        void drainBySignal();
    }

    private final Gated atom;
    private final @Nullable SignalPattern deferOn;
    private final @Nullable SignalPattern resumeOn;
    private final @Nullable SignalPattern shedOn;
    private final @Nullable SignalPattern drainOn;

    /** Numbers of the last signals of each kind. All below is guarded by this lock, which is outside of every other. */
    @GuardedBy("this")
    private long lastDefer;

    @GuardedBy("this")
    private long lastShed;

    @GuardedBy("this")
    private long lastResume;

    @GuardedBy("this")
    private long seenDropped;

    @GuardedBy("this")
    private boolean deferred;

    @GuardedBy("this")
    private boolean shedding;

    private volatile @Nullable Subscription subscription;

    private Gates(Gated atom, CoordinatorOptions options) {
        this.atom = atom;
        this.deferOn = pattern(options.deferOn());
        this.resumeOn = pattern(options.resumeOn());
        this.shedOn = pattern(options.shedOn());
        this.drainOn = pattern(options.drainOn());
    }

    /** Opens the gates of an atom, or none if it has none. */
    static @Nullable Gates open(Gated atom, CoordinatorOptions options, SignalSink sink) {
        Gates gates = new Gates(atom, options);
        if (gates.deferOn == null && gates.shedOn == null && gates.drainOn == null) {
            return null;
        }
        gates.subscription = sink.subscribe("*", gates::signalled, Runnable::run);
        sink.sense("*").forEach(gates::move); // what is remembered holds or sheds, but drains nothing: that is over
        return gates;
    }

    private static @Nullable SignalPattern pattern(@Nullable String text) {
        return text == null ? null : new SignalPattern(text);
    }

    private static boolean matches(@Nullable SignalPattern pattern, Signal signal) {
        return pattern != null && pattern.matches(signal.name());
    }

    private void signalled(Signal signal) {
        move(signal);
        if (matches(drainOn, signal)) {
            atom.drainBySignal();
        }
    }

    /** Moves the gates as a signal says; listeners are told and threads woken outside the lock. */
    private void move(Signal signal) {
        boolean defers;
        boolean sheds;
        synchronized (this) {
            decide(signal);
            boolean defer = lastDefer > 0 && lastDefer >= lastResume;
            boolean shed = lastShed > 0 && lastShed >= lastResume;
            defers = defer != deferred;
            sheds = shed != shedding;
            deferred = defer;
            shedding = shed;
            if (defers) {
                atom.deferStarts(defer);
            }
            if (sheds) {
                atom.shedNew(shed);
            }
        }
        if (defers) {
            atom.startsDeferred();
        }
        if (sheds) {
            atom.newShed();
        }
    }

    @GuardedBy("this")
    private void decide(Signal signal) {
        long number = signal.sequence();
        Subscription present = subscription;
        long dropped = present == null ? 0 : present.dropped();
        boolean lost = dropped > seenDropped;
        seenDropped = dropped;
        if (matches(resumeOn, signal)) {
            lastResume = Math.max(lastResume, number);
        }
        if (deferOn != null && (lost || deferOn.matches(signal.name()))) {
            lastDefer = Math.max(lastDefer, number);
        }
        if (shedOn != null && (lost || shedOn.matches(signal.name()))) {
            lastShed = Math.max(lastShed, number);
        }
    }

    @Override
    public void close() {
        Subscription present = subscription;
        if (present != null) {
            present.close();
        }
    }
}
