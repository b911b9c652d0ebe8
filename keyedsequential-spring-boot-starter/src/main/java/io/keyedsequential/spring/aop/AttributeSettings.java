package io.keyedsequential.spring.aop;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.AtomSettings;
import java.lang.reflect.Method;
import java.util.function.UnaryOperator;

/** Reads what an annotation says about its atom. */
final class AttributeSettings {

    private final UnaryOperator<String> placeholders;

    AttributeSettings(UnaryOperator<String> placeholders) {
        this.placeholders = placeholders;
    }

    /** The settings; a number that no atom may have is refused when the atom is built. */
    AtomSettings read(KeyedSequential annotation, Method method) {
        String at = Methods.describe(method);
        AttributeValues values = new AttributeValues(placeholders, at);
        return AtomSettings.saidAs((option, value) -> "%s = %s at %s".formatted(option.attribute(), value, at))
                .with(
                        AtomOption.MAX_CONCURRENCY,
                        values.number("maxConcurrency", annotation.maxConcurrency(), annotation.maxConcurrencyString()))
                .with(
                        AtomOption.PER_KEY_CONCURRENCY,
                        values.number(
                                "perKeyConcurrency",
                                annotation.perKeyConcurrency(),
                                annotation.perKeyConcurrencyString()))
                .with(
                        AtomOption.CAPACITY,
                        values.number("capacity", annotation.capacity(), annotation.capacityString()))
                .with(
                        AtomOption.CAPACITY_PER_KEY,
                        values.number("capacityPerKey", annotation.capacityPerKey(), annotation.capacityPerKeyString()))
                .with(
                        AtomOption.OVERFLOW_POLICY,
                        values.constant("overflowPolicy", annotation.overflowPolicy(), OverflowPolicy.class))
                .with(AtomOption.BLOCK_TIMEOUT, values.time("blockTimeout", annotation.blockTimeout(), false))
                .with(AtomOption.CALL_TIMEOUT, values.time("callTimeout", annotation.callTimeout(), false))
                .with(AtomOption.FAIR_SCHEDULING, values.bool("fairScheduling", annotation.fairScheduling()))
                .with(AtomOption.QUEUE_TIMEOUT, values.time("queueTimeout", annotation.queueTimeout(), false))
                .with(AtomOption.RUN_TIMEOUT, values.time("runTimeout", annotation.runTimeout(), false))
                .with(
                        AtomOption.MAX_ATTEMPTS,
                        values.number("maxAttempts", annotation.maxAttempts(), annotation.maxAttemptsString()))
                .with(AtomOption.BACKOFF, values.time("backoff", annotation.backoff(), true))
                .with(
                        AtomOption.EXHAUSTED_POLICY,
                        values.constant("exhaustedPolicy", annotation.exhaustedPolicy(), ExhaustedPolicy.class))
                .build();
    }
}
