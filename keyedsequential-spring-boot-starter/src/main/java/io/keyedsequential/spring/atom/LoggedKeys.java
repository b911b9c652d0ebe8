package io.keyedsequential.spring.atom;

/**
 * How log lines, and the messages of exceptions, name keys.
 *
 * @param display masked unless the application says otherwise
 * @param mask shows keys that are to be masked
 */
public record LoggedKeys(KeyDisplay display, KeyMask mask) {

    /**
     * A key as a line names it, on that line.
     *
     * @param key the key
     * @return never {@code null}: a key that is not shown is said not to be
     */
    public String of(Object key) {
        String shown = display.of(key, mask::mask);
        return shown == null ? "(not shown)" : shown;
    }
}
