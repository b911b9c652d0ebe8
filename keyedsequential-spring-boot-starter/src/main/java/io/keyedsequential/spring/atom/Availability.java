package io.keyedsequential.spring.atom;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Whether an atom can be looked at, which an engine may prevent: said in the log when it changes, not for each look.
 * For any thread.
 */
public final class Availability {

    private static final Log log = LogFactory.getLog(AtomLog.class);

    private final String atom;
    private final AtomicBoolean failing = new AtomicBoolean();

    Availability(String atom) {
        this.atom = atom;
    }

    /**
     * It could not be looked at.
     *
     * @param failure what the view has thrown
     * @return why, for operators
     */
    public String failed(Throwable failure) {
        if (failure instanceof AtomUnavailableException unavailable) {
            return unavailable.reason();
        }
        if (failing.compareAndSet(false, true)) {
            log.warn("%s: cannot be shown; this is said once".formatted(atom), failure);
        }
        return "its engine failed with " + failure.getClass().getName();
    }

    /** It could be looked at. */
    public void answered() {
        if (failing.get() && failing.compareAndSet(true, false)) {
            log.info("%s: can be shown again".formatted(atom));
        }
    }
}
