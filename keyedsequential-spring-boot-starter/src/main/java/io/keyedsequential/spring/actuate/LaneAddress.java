package io.keyedsequential.spring.actuate;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a request says about which lane it means.
 *
 * @param text a handle, or a key as it prints
 * @param ofPath whether it stood in a path, which loses slashes at the ends of a key and all but one in a row
 */
record LaneAddress(String text, boolean ofPath) {

    /** What stands behind the atom in a path, where slashes belong to the key. */
    static LaneAddress ofPath(String... segments) {
        return new LaneAddress(String.join("/", segments), true);
    }

    /** What stands alone, every character of it as it is meant. */
    static LaneAddress text(String text) {
        return new LaneAddress(text, false);
    }

    /** Whether a key that prints like this may be meant, though it does not print like the text. */
    boolean isLike(String key) {
        return ofPath
                && Arrays.stream(key.split("/"))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("/"))
                        .equals(text);
    }
}
