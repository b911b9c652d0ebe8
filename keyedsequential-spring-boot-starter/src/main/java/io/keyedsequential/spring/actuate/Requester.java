package io.keyedsequential.spring.actuate;

import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param name the name of the principal, or {@code null} if it is not known
 * @param mayBeShownKeys whether keys and the messages of errors may be shown
 */
record Requester(@Nullable String name, boolean mayBeShownKeys) {}
