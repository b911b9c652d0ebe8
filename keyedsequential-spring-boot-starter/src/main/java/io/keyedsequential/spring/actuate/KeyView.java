package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.atom.KeyMask;
import java.util.List;
import java.util.regex.Pattern;

/** How keys are shown to one reader, as they print or masked, and how the reader addresses them. */
record KeyView(KeyMask mask, boolean mayBeShown) {

    private static final String MARK = "#";

    /** What cannot be a handle is not compared with the masks of ten thousand keys. */
    private static final Pattern HANDLE = Pattern.compile("[0-9a-f]{12}");

    String show(Object key) {
        return mayBeShown ? KeyMask.print(key) : mask.mask(key);
    }

    /** What addresses a key, whoever reads: its mask, without the character that a URL would have to escape. */
    String handle(Object key) {
        return mask.mask(key).substring(MARK.length());
    }

    /**
     * The keys among these that an address means: those with this handle, else, for a reader who may see keys, those that
     * print like this. More than one only if keys that are not equal print alike.
     */
    <K> List<K> addressed(String address, List<K> keys) {
        String handle = address.startsWith(MARK) ? address.substring(MARK.length()) : address;
        List<K> byHandle = HANDLE.matcher(handle).matches()
                ? keys.stream().filter(key -> handle(key).equals(handle)).toList()
                : List.of();
        if (!byHandle.isEmpty() || !mayBeShown) {
            return byHandle;
        }
        return keys.stream().filter(key -> KeyMask.print(key).equals(address)).toList();
    }
}
