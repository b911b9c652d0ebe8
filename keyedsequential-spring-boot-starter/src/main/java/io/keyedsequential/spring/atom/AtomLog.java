package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.atom.AtomLog.SaturationListener.Saturation;
import io.keyedsequential.spring.atom.AtomLog.SaturationListener.Saturation.Counted;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Logs what an operator has to know of every atom: operations that failed without a future, or whose attempts
 * are exhausted, parked keys, halts, and atoms without room. Because it does, the coordinators are silent about
 * these themselves.
 */
public final class AtomLog implements AtomRegistrationListener {

    private final LoggedKeys keys;
    private final Duration saturationInterval;
    private final LongSupplier nanoClock;

    /**
     * Logs like this.
     *
     * @param keys names keys
     * @param saturationInterval how often it is said of an atom at most that it has no room
     * @param nanoClock like {@link System#nanoTime()}
     */
    public AtomLog(LoggedKeys keys, Duration saturationInterval, LongSupplier nanoClock) {
        this.keys = keys;
        this.saturationInterval = saturationInterval;
        this.nanoClock = nanoClock;
    }

    /** Its own context has one of these. */
    @Override
    public void atomAdopted(RegisteredAtom atom) {}

    @Override
    public void atomAdded(RegisteredAtom atom) {
        atom.addListener(new LoggingListener(atom, keys, new Saturation(saturationInterval, nanoClock)));
    }

    /** Logs what happens in one atom, each event in one line; those of a failure with its stack trace. */
    private static final class LoggingListener extends SaturationListener {

        private static final Log log = LogFactory.getLog(AtomLog.class);

        private final RegisteredAtom atom;
        private final LoggedKeys keys;

        /**
         * The operation of which this thread has logged that it failed. That it halted the atom, has ended and has no
         * future is told one after the other, on one thread: the first of these makes the line.
         */
        private final ThreadLocal<@Nullable Long> loggedLast = new ThreadLocal<>();

        LoggingListener(RegisteredAtom atom, LoggedKeys keys, Saturation saturation) {
            super(saturation);
            this.atom = atom;
            this.keys = keys;
        }

        /** An operation that failed at its first attempt is left to the holder of its future. */
        @Override
        public void operationFailed(String name, OperationSnapshot operation) {
            if (operation.attempt() > 1) {
                failed(operation);
            }
        }

        @Override
        public void failureUnhandled(String name, OperationSnapshot operation) {
            failed(operation);
        }

        private void failed(OperationSnapshot operation) {
            if (!reportsItself(operation) && isFirst(operation)) {
                warn(
                        "%s failed %s".formatted(words(operation), attempts(operation, operation.error())),
                        operation.error());
            }
        }

        @Override
        public void operationParked(String name, OperationSnapshot operation) {
            warn(
                    "%s is parked %s: the key is closed until an operator retries, skips or purges it"
                            .formatted(words(operation), attempts(operation, operation.error())),
                    operation.error());
        }

        @Override
        public void atomHalted(String name, OperationSnapshot operation, Throwable failure) {
            if (isFirst(operation)) {
                warn(
                        "%s failed %s and has paused the atom: nothing starts until an operator resumes it"
                                .formatted(words(operation), attempts(operation, failure)),
                        reportsItself(operation) ? null : failure);
            }
        }

        /** Its failure is logged with its stack trace elsewhere. */
        private boolean reportsItself(OperationSnapshot operation) {
            String operationName = operation.name();
            return operationName != null && atom.reportsItself(operationName);
        }

        @Override
        protected void saturated(Object key, Counted counted) {
            warn(
                    "saturated: %d operations rejected and %d callers blocked since this was said last, now with key %s"
                            .formatted(counted.rejected(), counted.blocked(), keys.of(key)),
                    null);
        }

        private boolean isFirst(OperationSnapshot operation) {
            Long last = loggedLast.get();
            if (last != null && last == operation.id()) {
                return false;
            }
            loggedLast.set(operation.id());
            return true;
        }

        /**
         * With the counts of this instance: an engine may have to ask a database, perhaps inside a transaction of
         * the body's.
         */
        private void warn(String event, @Nullable Throwable failure) {
            CoordinatorStats stats = atom.coordinator().stats();
            log.warn(
                    ("%s: %s (queued=%d, active=%d, awaiting=%d, backingOff=%d, parked=%d, "
                                    + "blockedCallers=%d, lanes=%d, capacity=%d%s)")
                            .formatted(
                                    atom.name(),
                                    event,
                                    stats.queued(),
                                    stats.active(),
                                    stats.awaiting(),
                                    stats.backingOff(),
                                    stats.parked(),
                                    stats.blockedCallers(),
                                    stats.lanes(),
                                    atom.coordinator().options().capacity(),
                                    stats.reserved() > 0 ? ", reserved=" + stats.reserved() : ""),
                    failure);
        }

        private String words(OperationSnapshot operation) {
            return "%s of key %s".formatted(operation.title(), keys.of(operation.key()));
        }

        private static String attempts(OperationSnapshot operation, @Nullable Throwable error) {
            String with = error == null ? "" : " with " + RecordedFailure.typeOf(error);
            return switch (operation.attempts()) {
                case 0 -> "before it began" + with;
                case 1 -> "after 1 attempt" + with;
                default -> "after %d attempts%s".formatted(operation.attempts(), with);
            };
        }
    }

    /** A listener to one atom that is also told, now and then, that the atom has no room. */
    public abstract static class SaturationListener implements CoordinatorListener {

        private final Saturation saturation;

        /**
         * Told as often as this says.
         *
         * @param saturation counts for this listener alone
         */
        protected SaturationListener(Saturation saturation) {
            this.saturation = saturation;
        }

        /**
         * The atom has no room. Called on the thread of the caller that finds none.
         *
         * @param key of the caller's operation
         * @param counted since the last time, with this one
         */
        protected abstract void saturated(Object key, Counted counted);

        @Override
        public final void callerBlocked(String atom, Object key) {
            tell(key, saturation.blocked());
        }

        @Override
        public final void operationRejected(String atom, Object key, RejectedOperationException rejection) {
            switch (rejection.reason()) {
                case FULL, KEY_FULL -> tell(key, saturation.rejected());
                case BUSY, NO_TURN, CLOSED, INTERRUPTED, SHED, EXECUTOR -> {} // not for want of room
            }
        }

        private void tell(Object key, @Nullable Counted counted) {
            if (counted != null) {
                saturated(key, counted);
            }
        }

        /**
         * Counts what one atom had no room for, and says when to tell of it: the first time at once, then at most once
         * per interval, with what has been counted meanwhile. What comes after the last telling is told with the next
         * one. Every method may be called by any thread, and costs a few nanoseconds.
         */
        public static final class Saturation {

            /** How often an atom's saturation is told of at most, unless configured otherwise. */
            public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

            private final long interval;
            private final LongSupplier nanoClock;
            private final LongAdder rejected = new LongAdder();
            private final LongAdder blocked = new LongAdder();

            /** The reading of the clock from which on the next one is told of; the thread that moves it on tells. */
            private final AtomicLong due;

            /**
             * What has been counted since it was told last.
             *
             * @param rejected operations that were refused because the atom, or their key, was full
             * @param blocked callers that had to wait for room, whether they got it or not
             */
            public record Counted(long rejected, long blocked) {}

            /**
             * Nothing is counted yet.
             *
             * @param interval between two tellings, zero or more
             * @param nanoClock like {@link System#nanoTime()}
             */
            public Saturation(Duration interval, LongSupplier nanoClock) {
                this.interval = interval.toNanos();
                this.nanoClock = nanoClock;
                this.due = new AtomicLong(nanoClock.getAsLong());
            }

            /**
             * An operation was refused for want of room.
             *
             * @return what to tell now; {@code null} if it is too early
             */
            public @Nullable Counted rejected() {
                return count(rejected);
            }

            /**
             * A caller has to wait for room.
             *
             * @return what to tell now; {@code null} if it is too early
             */
            public @Nullable Counted blocked() {
                return count(blocked);
            }

            private @Nullable Counted count(LongAdder which) {
                which.increment();
                long now = nanoClock.getAsLong();
                long then = due.get();
                if (now - then < 0 || !due.compareAndSet(then, now + interval)) {
                    return null;
                }
                return new Counted(rejected.sumThenReset(), blocked.sumThenReset());
            }
        }
    }

    /**
     * Logs at {@code INFO}, once the application has started, the version and a line for every atom with its engine,
     * limits and policies. An atom that is built later gets its line then.
     */
    public static final class StartupLog
            implements AtomRegistrationListener, ApplicationListener<ContextRefreshedEvent> {

        /** Applications silence it by this name. */
        private static final Log log = LogFactory.getLog("io.keyedsequential.spring.atom.StartupLog");

        /** The atoms of the start-up, until it is over; {@code null} from then on. Guarded by {@code this}. */
        private @Nullable List<RegisteredAtom> early = new ArrayList<>();

        /** For Spring. */
        public StartupLog() {}

        /** Its own context has one of these. */
        @Override
        public void atomAdopted(RegisteredAtom atom) {}

        @Override
        public void atomAdded(RegisteredAtom atom) {
            if (!isEarly(atom)) {
                log.info(AtomLine.of(atom));
            }
        }

        /**
         * A child context, such as that of a separate management server, may refresh first: all singletons exist by
         * then.
         */
        @Override
        public void onApplicationEvent(ContextRefreshedEvent event) {
            List<RegisteredAtom> atoms = endOfStartup();
            if (atoms != null) {
                log.info("keyedsequential%s, %d %s"
                        .formatted(version(), atoms.size(), atoms.size() == 1 ? "atom" : "atoms"));
                atoms.stream()
                        .sorted(Comparator.comparing(RegisteredAtom::name))
                        .map(AtomLine::of)
                        .forEach(log::info);
            }
        }

        private synchronized boolean isEarly(RegisteredAtom atom) {
            return early != null && early.add(atom);
        }

        private synchronized @Nullable List<RegisteredAtom> endOfStartup() {
            List<RegisteredAtom> atoms = early;
            early = null;
            return atoms;
        }

        /** Of the jar; classes that are in none have no version. */
        private static String version() {
            String version = StartupLog.class.getPackage().getImplementationVersion();
            return version == null ? "" : " " + version;
        }

        /**
         * Engine, limits and policies of an atom in one line, under the names and in the notation of the properties.
         */
        static final class AtomLine {

            private final StringJoiner line = new StringJoiner(", ");

            private AtomLine() {}

            static String of(RegisteredAtom atom) {
                AtomLine all = new AtomLine();
                for (AtomOption<?> option : AtomOption.all()) {
                    all.add(option, option.shownOf(atom));
                    if (option.equals(AtomOption.EXHAUSTED_POLICY)) {
                        atom.coordinator()
                                .options()
                                .exhaustedPolicies()
                                .forEach((type, policy) -> all.add(AtomOption.exhaustedPolicy(type), policy));
                    }
                }
                return "%s: %s; declared by %s".formatted(atom.name(), all.line, atom.declaredBy());
            }

            /** What is not set, and what cannot take effect, is left out. */
            private void add(Object name, @Nullable Object value) {
                if (value != null) {
                    line.add(name + "=" + notation(value));
                }
            }

            private static String notation(Object value) {
                if (value instanceof Duration duration) {
                    return notation(duration);
                }
                return value instanceof Enum<?> policy
                        ? policy.name().toLowerCase(Locale.ROOT).replace('_', '-')
                        : value.toString();
            }

            /** In the largest unit that expresses it exactly. */
            private static String notation(Duration duration) {
                return Stream.of(
                                ChronoUnit.DAYS,
                                ChronoUnit.HOURS,
                                ChronoUnit.MINUTES,
                                ChronoUnit.SECONDS,
                                ChronoUnit.MILLIS)
                        .filter(unit -> duration.toNanos() % unit.getDuration().toNanos() == 0)
                        .findFirst()
                        .map(unit -> DurationStyle.SIMPLE.print(duration, unit))
                        .orElseGet(duration::toString);
            }
        }
    }
}
