package io.keyedsequential.jdbc;

import java.util.concurrent.atomic.AtomicBoolean;

/** Whether an atom reaches its database; one line in the log for each change. For any thread. */
final class DatabaseHealth {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential.jdbc");

    private final String atom;
    private final AtomicBoolean away = new AtomicBoolean();

    DatabaseHealth(String atom) {
        this.atom = atom;
    }

    boolean isAway() {
        return away.get();
    }

    /**
     * Something failed.
     *
     * @param failure what is said of it
     * @return whether that is new
     */
    boolean failed(Object failure) {
        boolean changed = away.compareAndSet(false, true);
        if (changed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "%s: the database does not answer as it should; what is stored waits until it does: %s"
                            .formatted(atom, failure));
        }
        return changed;
    }

    /**
     * It answers.
     *
     * @return whether that is new
     */
    boolean answered() {
        boolean changed = away.compareAndSet(true, false);
        if (changed) {
            LOG.log(System.Logger.Level.INFO, atom + ": the database answers again");
        }
        return changed;
    }
}
