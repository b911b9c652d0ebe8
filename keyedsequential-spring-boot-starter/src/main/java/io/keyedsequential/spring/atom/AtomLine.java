package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.OverflowPolicy;
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
        CoordinatorOptions options = atom.coordinator().options();
        AtomLine all = new AtomLine();
        all.add(AtomOption.ENGINE, atom.engine());
        all.add(AtomOption.MAX_CONCURRENCY, atom.coordinator().stats().maxConcurrency());
        all.add(AtomOption.PER_KEY_CONCURRENCY, options.perKeyConcurrency());
        all.add(AtomOption.CAPACITY, options.capacity());
        all.add(AtomOption.CAPACITY_PER_KEY, options.capacityPerKey());
        all.add(AtomOption.OVERFLOW_POLICY, options.overflowPolicy());
        all.add(
                AtomOption.BLOCK_TIMEOUT,
                options.overflowPolicy() == OverflowPolicy.BLOCK ? options.blockTimeout() : null);
        all.add(
                AtomOption.CALL_TIMEOUT,
                options.callTimeout().equals(options.blockTimeout()) ? null : options.callTimeout());
        all.add(AtomOption.FAIR_SCHEDULING, options.fairScheduling());
        all.add(AtomOption.QUEUE_TIMEOUT, options.queueTimeout());
        all.add(AtomOption.RUN_TIMEOUT, options.runTimeout());
        all.add(AtomOption.MAX_ATTEMPTS, options.retryPolicy().maxAttempts());
        all.add(AtomOption.EXHAUSTED_POLICY, options.exhaustedPolicy());
        options.exhaustedPolicies().forEach((type, policy) -> all.add(AtomOption.exhaustedPolicy(type), policy));
        all.add(AtomOption.DEFER_ON, options.deferOn());
        all.add(AtomOption.RESUME_ON, options.resumeOn());
        all.add(AtomOption.SHED_ON, options.shedOn());
        all.add(AtomOption.DRAIN_ON, options.drainOn());
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
