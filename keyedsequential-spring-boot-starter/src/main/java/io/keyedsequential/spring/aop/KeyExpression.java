package io.keyedsequential.spring.aop;

import org.jspecify.annotations.Nullable;

/** Takes the key from the arguments of a call. Its {@code toString()} is the expression as it is written. */
interface KeyExpression {

    /** May throw what the application's accessors throw; {@code null} is for the caller to refuse. */
    @Nullable
    Object evaluate(@Nullable Object[] arguments);
}
