package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.key.KeyExpression;
import io.keyedsequential.spring.aop.key.Methods;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Takes from the arguments of a call what an engine is to know of it besides its key. Refuses what it could not keep.
 */
final class StoredValues {

    private final KeyedMethod method;

    StoredValues(KeyedMethod method) {
        this.method = method;
    }

    /** As it prints; {@code null} if the call has none. */
    @Nullable
    String idempotencyKey(@Nullable Object[] arguments) {
        Object value = value("idempotencyKey", method.storedAttributes().idempotencyKey(), arguments);
        if (value == null) {
            return null;
        }
        if (!printsWhatItIs(value.getClass())) {
            throw wrong(
                    "idempotencyKey",
                    value,
                    "which prints differently in every process; yield a text, a number or a UUID");
        }
        return value.toString();
    }

    @Nullable
    Instant runAfter(@Nullable Object[] arguments) {
        Object value = value("runAfter", method.storedAttributes().runAfter(), arguments);
        if (value == null) {
            return null;
        }
        if (value instanceof Duration delay) {
            return Instant.now().plus(delay);
        }
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof ZonedDateTime time) {
            return time.toInstant();
        }
        if (value instanceof Instant instant) {
            return instant;
        }
        throw wrong(
                "runAfter",
                value,
                "which is no point of time; yield an Instant, OffsetDateTime, ZonedDateTime or Duration");
    }

    private @Nullable Object value(String attribute, @Nullable KeyExpression expression, @Nullable Object[] arguments) {
        if (expression == null) {
            return null;
        }
        try {
            return expression.evaluate(arguments);
        } catch (RuntimeException e) {
            throw new KeyEvaluationException(
                    "%s: the %s '%s' of %s cannot be evaluated: %s"
                            .formatted(
                                    method.signature().atom(),
                                    attribute,
                                    expression,
                                    Methods.describe(method.method()),
                                    e.getMessage()),
                    e);
        }
    }

    /** A class without a {@code toString} of its own, and an array, print where they stand in memory. */
    private static boolean printsWhatItIs(Class<?> type) {
        try {
            return type.getMethod("toString").getDeclaringClass() != Object.class;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private KeyEvaluationException wrong(String attribute, Object value, String why) {
        return new KeyEvaluationException(
                "%s: the %s of %s is a %s, %s"
                        .formatted(
                                method.signature().atom(),
                                attribute,
                                Methods.describe(method.method()),
                                value.getClass().getTypeName(),
                                why),
                null);
    }
}
