package io.keyedsequential.spring.atom;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** Engine, limits and policies of an atom in one line, under the names and in the notation of the properties. */
final class AtomLine {

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
        return Stream.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES, ChronoUnit.SECONDS, ChronoUnit.MILLIS)
                .filter(unit -> duration.toNanos() % unit.getDuration().toNanos() == 0)
                .findFirst()
                .map(unit -> DurationStyle.SIMPLE.print(duration, unit))
                .orElseGet(duration::toString);
    }
}
