package io.keyedsequential.spring.actuate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Description of what an operator has asked for.
 *
 * @param at when it was over
 * @param atom the atom
 * @param action what was asked for
 * @param key the key that it was about, or its mask; absent if it was about none, or about several
 * @param handle what addresses the lane of that key in a URL
 * @param by who asked, for readers who are known themselves or may see keys
 * @param carriedOut whether it was done; otherwise it was refused
 * @param result what came of it, or why it was refused
 */
public record ActedDescriptor(
        Instant at,
        String atom,
        String action,
        @Nullable String key,
        @Nullable String handle,
        @Nullable String by,
        boolean carriedOut,
        String result) {}
