package io.keyedsequential.spring.atom;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
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

    /** Engine, limits and policies of an atom in one line, under the names and in the notation of the properties. */
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
