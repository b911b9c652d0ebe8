package io.keyedsequential.spring.atom;

/**
 * Keys as the text by which they are masked and addressed. They are objects of the application: to print one may fail,
 * in whichever way, or give nothing, and what looks at an atom must not fail because of one key. What is shown of a key
 * is {@link io.keyedsequential.Keys#describe}, which is bounded. May be called by any thread.
 */
public final class KeyText {

    private KeyText() {}

    /**
     * A key as it prints, however long. One that cannot be printed is named by its class and its hash, which is the
     * same for keys that are equal.
     *
     * @param key the key
     * @return never {@code null}
     */
    public static String of(Object key) {
        try {
            String text = key.toString();
            if (text != null) {
                return text;
            }
        } catch (Throwable e) { // an overflow of the stack, too: a record may contain itself
            // named below
        }
        return key.getClass().getName() + hashOf(key);
    }

    private static String hashOf(Object key) {
        try {
            return "@" + Integer.toHexString(key.hashCode());
        } catch (Throwable e) {
            return "";
        }
    }
}
