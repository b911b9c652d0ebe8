package io.keyedsequential.spring.atom;

import io.keyedsequential.RetryPolicy;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes the retry policy of an atom. */
final class RetrySettings {

    private final NamedBeans beans;

    RetrySettings(NamedBeans beans) {
        this.beans = beans;
    }

    /** The policy, or {@code null} if nothing is said about it. */
    @Nullable
    RetryPolicy policy(String atom, AtomSettings settings) {
        Integer maxAttempts = settings.get(AtomOption.MAX_ATTEMPTS);
        if (maxAttempts == null) {
            refuseWithoutAttempts(atom, settings);
            return null;
        }
        RetryPolicy.Builder policy = RetryPolicy.builder().maxAttempts(maxAttempts);
        ifGiven(settings.get(AtomOption.BACKOFF), policy::backoff);
        ifGiven(settings.get(AtomOption.MULTIPLIER), policy::multiplier);
        ifGiven(settings.get(AtomOption.MAX_BACKOFF), policy::maxBackoff);
        ifGiven(settings.get(AtomOption.JITTER), policy::jitter);
        ifGiven(settings.get(AtomOption.RETRY_ON), types -> types.forEach(type -> policy.retryOn(type)));
        ifGiven(settings.get(AtomOption.DONT_RETRY_ON), types -> types.forEach(type -> policy.dontRetryOn(type)));
        ifGiven(retryIf(settings), policy::retryIf);
        return policy.build();
    }

    @SuppressWarnings("unchecked") // a predicate of something else fails as any predicate does: nothing is retried
    private @Nullable Predicate<? super Throwable> retryIf(AtomSettings settings) {
        return beans.find(settings, AtomOption.RETRY_IF, Predicate.class);
    }

    private static void refuseWithoutAttempts(String atom, AtomSettings settings) {
        List<String> vain = settings.inWords(AtomOption::isOfRetry);
        if (!vain.isEmpty()) {
            throw new MisconfiguredAtomException(
                    "The atom '%s' is told how to retry, but not to retry: %s."
                            .formatted(atom, String.join(", ", vain)),
                    "Set keyedsequential.atoms.%s.retry.max-attempts to 2 or more, or maxAttempts in the annotation; or remove the others."
                            .formatted(atom));
        }
    }

    private static <V> void ifGiven(@Nullable V value, Consumer<V> option) {
        if (value != null) {
            option.accept(value);
        }
    }
}
