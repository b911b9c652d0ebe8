package io.keyedsequential.spring.atom;

import io.keyedsequential.OverflowPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What is not inherited, because it would have no meaning where it arrives. Everything else that contradicts itself is
 * refused, and so is each of these if it is said where it has no meaning and not inherited.
 */
final class Inheritance {

    private static final AtomOption<?> OF_EVERY_FAILURE = AtomOption.exhaustedPolicy(Throwable.class);

    private Inheritance() {}

    /** Whether an option that belongs to a choice is left without meaning by settings that choose otherwise. */
    static boolean isMeaningless(AtomOption<?> option, AtomSettings chosen) {
        OverflowPolicy overflow = chosen.get(AtomOption.OVERFLOW_POLICY);
        Double multiplier = chosen.get(AtomOption.MULTIPLIER);
        boolean neverBlocks = overflow != null && overflow != OverflowPolicy.BLOCK;
        boolean remembersNothing = Objects.equals(chosen.get(AtomOption.WINDOW), 0);
        boolean neverRetries = Objects.equals(chosen.get(AtomOption.MAX_ATTEMPTS), 1);
        boolean retriesAtOnce = Objects.equals(chosen.get(AtomOption.BACKOFF), Duration.ZERO);
        boolean neverGrows = multiplier != null && multiplier == 1;
        return (neverBlocks && option.equals(AtomOption.BLOCK_TIMEOUT))
                || (remembersNothing && option.equals(AtomOption.WINDOW_AGE))
                || (neverRetries && option.isOfRetry())
                || (retriesAtOnce && isOfDelay(option))
                || (neverGrows && option.equals(AtomOption.MAX_BACKOFF))
                || (chosen.has(AtomOption.EXHAUSTED_POLICY) && option.equals(OF_EVERY_FAILURE))
                || (chosen.has(OF_EVERY_FAILURE) && option.equals(AtomOption.EXHAUSTED_POLICY));
    }

    /**
     * What an atom takes of the defaults: how to retry only if it retries, and what ends a gate only if it has one. So the
     * defaults can say how, and single atoms whether.
     */
    static AtomSettings applicable(AtomSettings defaults, AtomSettings atom) {
        AtomSettings together = atom.over(defaults);
        boolean retries = together.has(AtomOption.MAX_ATTEMPTS);
        boolean resumes = together.has(AtomOption.DEFER_ON) || together.has(AtomOption.SHED_ON);
        return defaults.without(
                option -> (!retries && option.isOfRetry()) || (!resumes && option.equals(AtomOption.RESUME_ON)));
    }

    private static boolean isOfDelay(AtomOption<?> option) {
        return List.of(AtomOption.MULTIPLIER, AtomOption.MAX_BACKOFF, AtomOption.JITTER)
                .contains(option);
    }
}
