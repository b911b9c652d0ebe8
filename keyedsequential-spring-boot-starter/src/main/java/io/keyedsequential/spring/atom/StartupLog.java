package io.keyedsequential.spring.atom;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Logs at {@code INFO}, once the application has started, the version and a line for every atom with its engine, limits
 * and policies. An atom that is built later gets its line then.
 */
public final class StartupLog implements AtomRegistrationListener, ApplicationListener<ContextRefreshedEvent> {

    private static final Log log = LogFactory.getLog(StartupLog.class);

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
     * A child context, such as that of a separate management server, may refresh first: all singletons exist by then.
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
}
