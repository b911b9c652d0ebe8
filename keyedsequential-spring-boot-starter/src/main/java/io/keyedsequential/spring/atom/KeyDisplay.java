package io.keyedsequential.spring.atom;

import io.keyedsequential.OneLine;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a key, which may be personal data, is shown. */
public enum KeyDisplay {
    /** Not at all. */
    NONE,
    /** As {@link KeyMask} shows it: it tells keys apart, and is the same in the log and the endpoint. */
    MASKED,
    /** As it prints, on one line and cut to {@value #MOST_CHARACTERS} characters. */
    PLAIN;

    private static final int MOST_CHARACTERS = 200;

    /**
     * What is shown of a key.
     *
     * @param key the key
     * @param masked shows keys that are to be masked
     * @return {@code null} if nothing is shown
     */
    public @Nullable String of(Object key, Function<Object, String> masked) {
        return switch (this) {
            case NONE -> null;
            case MASKED -> masked.apply(key);
            case PLAIN -> OneLine.of(KeyMask.print(key), MOST_CHARACTERS);
        };
    }
}
