package io.keyedsequential.spring.actuate;

import io.keyedsequential.Keys;
import io.keyedsequential.spring.atom.KeyMask;
import java.util.List;
import java.util.regex.Pattern;

/** How keys are shown to one reader, as they print or masked, and how the reader addresses them. */
record KeyView(KeyMask mask, boolean mayBeShown) {

    private static final String MARK = "#";

    /** What cannot be a handle is not compared with the masks of ten thousand keys. */
    private static final Pattern HANDLE = Pattern.compile("[0-9a-f]{12}");

    String show(Object key) {
        return mayBeShown ? Keys.describe(key) : mask.mask(key);
    }

    /** What addresses a key for every reader: its mask, without the character that a URL would have to escape. */
    String handle(Object key) {
        return handleOf(mask.mask(key));
    }

    static String handleOf(String masked) {
        return masked.substring(MARK.length());
    }

    /** Whether a text may be a handle; if so it is never taken for a key that has no lane. */
    static boolean isHandle(String text) {
        return HANDLE.matcher(withoutMark(text)).matches();
    }

    private static String withoutMark(String text) {
        return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
    }

    /**
     * The keys among these that an address means: those with this handle, else, for a reader who may see keys, those
     * that print like this, or are shown like this. More than one only if keys that are not equal print alike, or
     * differ in slashes that a path cannot tell apart.
     */
    <K> List<K> addressed(LaneAddress address, List<K> keys) {
        String handle = withoutMark(address.text());
        List<K> byHandle = isHandle(address.text())
                ? keys.stream().filter(key -> handle(key).equals(handle)).toList()
                : List.of();
        return byHandle.isEmpty() && mayBeShown ? printingLike(address, keys) : byHandle;
    }

    /** The keys among these that print like an address, for every reader. */
    static <K> List<K> printingLike(LaneAddress address, List<K> keys) {
        List<K> exact =
                keys.stream().filter(key -> isNamed(key, address.text())).toList();
        return exact.isEmpty()
                ? keys.stream()
                        .filter(key -> address.isLike(KeyMask.print(key)))
                        .toList()
                : exact;
    }

    private static boolean isNamed(Object key, String text) {
        String full = KeyMask.print(key);
        return full.equals(text) || Keys.describe(full).equals(text);
    }
}
