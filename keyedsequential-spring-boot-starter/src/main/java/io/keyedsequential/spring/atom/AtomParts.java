package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.RetryPolicy;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * What an atom is built of.
 *
 * @param builder told what is said of the atom
 * @param retry told what is said of its attempts
 * @param beans finds the beans that settings name
 * @param settings everything that is said
 */
record AtomParts(
        KeyedCoordinator.Builder<Object> builder, RetryPolicy.Builder retry, NamedBeans beans, AtomSettings settings) {

    AtomParts(KeyedCoordinator.Builder<Object> builder, NamedBeans beans, AtomSettings settings) {
        this(builder, RetryPolicy.builder(), beans, settings);
    }

    @SuppressWarnings("unchecked") // as for any key expression, nothing says what type the keys of an atom have
    void priority() {
        ToIntFunction<Object> named = beans.find(settings, AtomOption.PRIORITY, ToIntFunction.class);
        if (named != null) {
            builder.priority(named);
        }
    }

    @SuppressWarnings("unchecked") // a predicate of something else fails as any predicate does: nothing is retried
    void retryIf() {
        Predicate<? super Throwable> named = beans.find(settings, AtomOption.RETRY_IF, Predicate.class);
        if (named != null) {
            retry.retryIf(named);
        }
    }
}
