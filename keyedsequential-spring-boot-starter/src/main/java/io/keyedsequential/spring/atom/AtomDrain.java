package io.keyedsequential.spring.atom;

import io.keyedsequential.DrainReport;
import io.keyedsequential.KeyedCoordinator;
import java.time.Duration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** Brings one atom to rest and logs what it left behind. */
final class AtomDrain {

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
     * atom of ours is paused and what it then holds is logged: nothing that the log names as queued starts afterwards.
     * The application's own coordinator is left as it is; it ends by its own close timeout.
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
