package io.keyedsequential.signal;

/**
 * Which signals, by name: {@code *} stands for any run of characters, also none, {@code ?} for exactly one, and
 * everything else for itself, case-sensitively. {@code orders.*} is everything that begins with {@code orders.}; a
 * pattern without {@code *} and {@code ?} is one name. A character is a Unicode code point. There is no escape, since
 * no name contains {@code *} or {@code ?}.
 *
 * @param text the pattern as written; not blank
 */
public record SignalPattern(String text) {

    private static final int END = -1;

    /**
     * A pattern.
     *
     * @param text the pattern as written
     * @throws NullPointerException if the text is null
     * @throws IllegalArgumentException if it is blank, which would match no name; {@code *} matches all
     */
    public SignalPattern {
        Check.notBlank("a signal pattern", text);
    }

    /**
     * Whether the whole name is as the pattern says. Takes no longer than the product of both lengths, whatever the
     * pattern, and in practice their sum.
     *
     * @param name a signal's name
     * @return whether it matches
     */
    public boolean matches(String name) {
        /*
         * Only the last * passed can be worth another try: whatever an earlier one could take in addition, the later
         * one can take as well. So one place to go back to is enough, and there is nothing to recurse into.
         */
        int at = 0;
        int in = 0;
        int lastStar = END;
        int starTakesTo = 0;
        while (in < name.length()) {
            int wanted = at < text.length() ? text.codePointAt(at) : END;
            int found = name.codePointAt(in);
            if (wanted == '*') {
                lastStar = at++;
                starTakesTo = in;
            } else if (wanted == found || wanted == '?') {
                at += Character.charCount(wanted);
                in += Character.charCount(found);
            } else if (lastStar != END) {
                starTakesTo += Character.charCount(name.codePointAt(starTakesTo));
                in = starTakesTo;
                at = lastStar + 1;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }

    /** The pattern as written. */
    @Override
    public String toString() {
        return text;
    }
}
