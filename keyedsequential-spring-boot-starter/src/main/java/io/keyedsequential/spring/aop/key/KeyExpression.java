package io.keyedsequential.spring.aop.key;

import org.jspecify.annotations.Nullable;

/** Takes the key from the arguments of a call. Its {@code toString()} is the expression as it is written. */
public interface KeyExpression {

    /**
     * Reads the value. May throw what the application's accessors throw.
     *
     * @param arguments of the call
     * @return the value; {@code null} is for the caller to refuse
     */
    @Nullable
    Object evaluate(@Nullable Object[] arguments);
}
