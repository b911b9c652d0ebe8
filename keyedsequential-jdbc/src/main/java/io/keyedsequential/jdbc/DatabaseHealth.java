package io.keyedsequential.jdbc;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Whether an atom reaches its database; one line in the log for each change. For any thread. */
final class DatabaseHealth {

    private static final System.Logger LOG = System.getLogger("io.keyedsequential.jdbc");

    private final String atom;
    /** Why it is away; {@code null} while it answers. */
    private final AtomicReference<@Nullable String> away = new AtomicReference<>();

    private volatile boolean watched;

    DatabaseHealth(String atom) {
        this.atom = atom;
    }

    boolean isAway() {
        return away.get() != null;
    }

    /** Whether a thread looks, each second, if it answers again. */
    void watched(boolean value) {
        watched = value;
    }

    /** Why it need not be asked now; {@code null} if it answers, or if only asking would tell. */
    @Nullable
    String known() {
        return watched ? away.get() : null;
    }

    /**
     * Something failed.
     *
     * @param failure what is said of it
     * @return whether that is new
     */
    boolean failed(Object failure) {
        String reason = failure instanceof Throwable thrown ? Asked.reason(thrown) : String.valueOf(failure);
        boolean changed = away.compareAndSet(null, reason);
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
        boolean changed = away.getAndSet(null) != null;
        if (changed) {
            LOG.log(System.Logger.Level.INFO, atom + ": the database answers again");
        }
        return changed;
    }
}
