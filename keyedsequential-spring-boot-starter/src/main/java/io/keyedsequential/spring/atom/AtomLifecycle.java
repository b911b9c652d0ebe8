package io.keyedsequential.spring.atom;

import io.keyedsequential.DrainReport;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LogSafe;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Drains all atoms when the application stops, and lets them go on when it starts again.
 *
 * <p>Stopping closes the intake of every atom at once, then waits for all of them together. What is left after the
 * drain timeout is named in the log, and an atom that the registry built starts nothing from then on: what the log
 * names as queued does not run while the application is taken down around it. Starting again reopens the intake and
 * runs what was left. A running operation may still enqueue in its own atom while that is drained, but no longer in
 * another one.
 *
 * <p>When the application ends, atoms that the registry built are closed; those that are beans close themselves.
 */
public final class AtomLifecycle implements SmartLifecycle, DisposableBean {

    /**
     * After web servers have finished their requests ({@code WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE}
     * is 1024 below the highest phase) and message listeners have stopped, before a separate management server, the
     * web server, executors, schedulers and connections do. Written as a number because that constant is in an
     * optional module.
     */
    public static final int PHASE = DEFAULT_PHASE - 1024 - 256;

    private final AtomRegistry registry;
    private final AtomDrain drain;

    /** Serialises starting and stopping: a start waits for the drain that goes before. */
    private final Object lock = new Object();

    /** What the last stop has stopped, to be taken back by the next start; empty while started. Guarded by the lock. */
    private List<AtomDrain.Stopped> stopped = List.of();

    /** Whether everything has been drained since the last start. Guarded by the lock. */
    private boolean drained;

    private volatile boolean running;

    /**
     * Drains these.
     *
     * @param registry all atoms
     * @param drainTimeout how long a stop waits at most
     * @param keys names keys
     */
    public AtomLifecycle(AtomRegistry registry, Duration drainTimeout, LoggedKeys keys) {
        this.registry = registry;
        this.drain = new AtomDrain(registry, drainTimeout, new DrainLog(keys));
    }

    @Override
    public void start() {
        synchronized (lock) {
            stopped.forEach(AtomDrain.Stopped::goOn);
            stopped = List.of();
            drained = false;
            running = true;
        }
    }

    @Override
    public void stop() {
        synchronized (lock) {
            if (!drained) {
                stopped = drainAll(registry.ownAtoms());
                drained = true;
            }
            running = false;
        }
    }

    @Override
    public void stop(Runnable callback) {
        try {
            new Thread(() -> stopThen(callback), "keyedsequential-drain").start();
        } catch (RuntimeException | Error e) { // no thread: Spring must not wait for one
            callback.run();
            throw e;
        }
    }

    private void stopThen(Runnable callback) {
        try {
            stop();
        } finally {
            callback.run();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Closes what the registry built, after a drain if the application ends without having been stopped. */
    @Override
    public void destroy() {
        stop();
        for (RegisteredAtom atom : registry.ownAtoms()) {
            if (atom.owned()) {
                atom.coordinator().close();
            }
        }
    }

    /** Closes every intake before it waits for the first atom: atoms that feed each other are to come to rest. */
    private List<AtomDrain.Stopped> drainAll(List<RegisteredAtom> atoms) {
        List<AtomDrain.Stopped> closed =
                atoms.stream().map(AtomDrain.Stopped::closeIntake).toList();
        List<CompletableFuture<AtomDrain.Stopped>> drains = closed.stream()
                .map(atom -> CompletableFuture.supplyAsync(
                        () -> drain.drain(atom),
                        waiting -> new Thread(waiting, "keyedsequential-drain-" + atom.name()).start()))
                .toList();
        return drains.stream().map(CompletableFuture::join).toList();
    }

    /** Brings one atom to rest and logs what it left behind. */
    private static final class AtomDrain {

        private static final Log log = LogFactory.getLog(AtomLifecycle.class);

        private final AtomRegistry registry;
        private final Duration timeout;
        private final DrainLog leftoverLines;

        AtomDrain(AtomRegistry registry, Duration timeout, DrainLog leftoverLines) {
            this.registry = registry;
            this.timeout = timeout;
            this.leftoverLines = leftoverLines;
        }

        /**
         * Waits until the atom is idle, or nothing that is left moves by itself. If that or the timeout comes first, an
         * atom of ours is paused and what it then holds is logged: nothing that the log names as queued starts
         * afterwards. The application's own coordinator is left as it is; it ends by its own close timeout.
         */
        Stopped drain(Stopped stopped) {
            KeyedCoordinator<?> coordinator = stopped.atom.coordinator();
            if (coordinator.awaitIdle(Duration.ZERO)) {
                return stopped;
            }
            Stopped result = stopped;
            DrainReport report = coordinator.drainWhatMoves(timeout);
            if (report.complete()) {
                log.info(report.summary());
            } else {
                DrainReport left = report;
                if (stopped.atom.owned() && !coordinator.isPaused()) {
                    coordinator.pause();
                    result = new Stopped(stopped.atom, stopped.closedByUs, true);
                    left = coordinator.drain(Duration.ZERO);
                }
                report = asOne(report, left);
                leftoverLines.of(report).forEach(log::warn);
            }
            registry.drained(stopped.atom, report);
            return result;
        }

        /** What was left after the atom had been paused, as the outcome of the drain that went before. */
        private static DrainReport asOne(DrainReport drained, DrainReport left) {
            return new DrainReport(
                    drained.atom(),
                    left.complete(),
                    drained.took(),
                    drained.finished() + left.finished(),
                    left.remaining(),
                    left.remainingByKey());
        }

        /**
         * What was done to an atom in order to stop it.
         *
         * @param atom the atom
         * @param closedByUs whether its intake was open before
         * @param pausedByUs whether it was not paused before, and is now
         */
        record Stopped(RegisteredAtom atom, boolean closedByUs, boolean pausedByUs) {

            static Stopped closeIntake(RegisteredAtom atom) {
                boolean open = atom.coordinator().isIntakeOpen();
                atom.coordinator().closeIntake();
                return new Stopped(atom, open, false);
            }

            String name() {
                return atom.name();
            }

            /** Takes back exactly what was done, not what an operator did. */
            void goOn() {
                try {
                    if (closedByUs) {
                        atom.coordinator().openIntake();
                    }
                    if (pausedByUs) {
                        atom.coordinator().resume();
                    }
                } catch (IllegalStateException e) {
                    log.warn(name() + ": takes no operations after the restart, the application has closed it", e);
                }
            }
        }
    }

    /**
     * What a drain left behind, as so many log lines of bounded length at most: how much it is, then the first keys
     * with their operations, parked ones first, then the ids of all others in one line. A log line per key would take
     * longer than the time that is left before the process is killed.
     */
    static final class DrainLog {

        /** A line names this many operations at most; a lane with more has more lines. */
        static final int OPERATIONS_PER_LINE = 50;

        /** Lines that name operations with their keys. */
        static final int MOST_LINES = 100;

        private final LoggedKeys keys;

        DrainLog(LoggedKeys keys) {
            this.keys = keys;
        }

        List<String> of(DrainReport report) {
            List<String> lines = new ArrayList<>();
            lines.add("%s: left over: %d operations of %d keys, after %d ms (%d finished meanwhile)%s"
                    .formatted(
                            report.atom(),
                            report.remaining(),
                            report.remainingByKey().size(),
                            report.took().toMillis(),
                            report.finished(),
                            states(report.remainingByKey().values())));
            List<OperationSnapshot> rest = new ArrayList<>();
            for (Map.Entry<Object, List<OperationSnapshot>> entry : parkedFirst(report.remainingByKey())) {
                List<OperationSnapshot> lane = entry.getValue();
                for (int from = 0; from < lane.size(); from += OPERATIONS_PER_LINE) {
                    List<OperationSnapshot> some =
                            lane.subList(from, Math.min(from + OPERATIONS_PER_LINE, lane.size()));
                    if (lines.size() > MOST_LINES) {
                        rest.addAll(some);
                    } else {
                        lines.add("%s: left over, key %s: %s"
                                .formatted(
                                        report.atom(),
                                        keys.of(entry.getKey()),
                                        some.stream().map(DrainLog::named).collect(Collectors.joining(", "))));
                    }
                }
            }
            if (!rest.isEmpty()) {
                lines.add("%s: left over, %d more operations: %s"
                        .formatted(report.atom(), rest.size(), idsByState(rest)));
            }
            return lines;
        }

        /** What an operator has to decide on stands where it is seen. */
        private static List<Map.Entry<Object, List<OperationSnapshot>>> parkedFirst(
                Map<Object, List<OperationSnapshot>> lanes) {
            return lanes.entrySet().stream()
                    .sorted(Comparator.comparing(
                            lane -> lane.getValue().stream().noneMatch(each -> each.state() == OperationState.PARKED)))
                    .toList();
        }

        private static String states(Collection<List<OperationSnapshot>> lanes) {
            Map<OperationState, Long> counts = lanes.stream()
                    .flatMap(List::stream)
                    .collect(
                            Collectors.groupingBy(OperationSnapshot::state, LinkedHashMap::new, Collectors.counting()));
            return counts.isEmpty()
                    ? ""
                    : counts.entrySet().stream()
                            .map(count -> count.getValue() + " " + inWords(count.getKey()))
                            .collect(Collectors.joining(", ", ": ", ""));
        }

        private static String idsByState(List<OperationSnapshot> operations) {
            Map<OperationState, List<Long>> ids = operations.stream()
                    .collect(Collectors.groupingBy(
                            OperationSnapshot::state,
                            LinkedHashMap::new,
                            Collectors.mapping(OperationSnapshot::id, Collectors.toList())));
            return ids.entrySet().stream()
                    .map(some -> inWords(some.getKey()) + " " + IdRanges.of(some.getValue()))
                    .collect(Collectors.joining("; "));
        }

        private static String named(OperationSnapshot operation) {
            String name = operation.name() == null ? "" : " " + LogSafe.of(operation.name());
            String label = operation.label() == null ? "" : " '" + operation.label() + "'";
            return operation.id() + name + label + " " + inWords(operation.state());
        }

        private static String inWords(OperationState state) {
            return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** Many ids as a short text: those that follow each other as a range. */
        private static final class IdRanges {

            /** A line of log has to stay readable, and some collectors cut it. */
            static final int MOST = 500;

            private IdRanges() {}

            /** Such as {@code 1-10000, 10002}; after so many ranges, how many ids there are more. */
            static String of(Collection<Long> ids) {
                List<Long> sorted = ids.stream().sorted().toList();
                StringBuilder text = new StringBuilder();
                int ranges = 0;
                for (int from = 0; from < sorted.size(); ) {
                    if (ranges == MOST) {
                        return text.append(" and ")
                                .append(sorted.size() - from)
                                .append(" more")
                                .toString();
                    }
                    int to = from;
                    while (to + 1 < sorted.size() && sorted.get(to + 1) == sorted.get(to) + 1) {
                        to++;
                    }
                    text.append(ranges == 0 ? "" : ", ").append(sorted.get(from));
                    if (to > from) {
                        text.append('-').append(sorted.get(to));
                    }
                    ranges++;
                    from = to + 1;
                }
                return text.toString();
            }
        }
    }
}
