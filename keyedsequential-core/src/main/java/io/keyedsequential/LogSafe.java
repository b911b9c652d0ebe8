package io.keyedsequential;

/**
 * Text from outside, such as a key or the name of a user, made fit for one line of a log: line breaks, other control
 * characters, marks that turn the direction of the text around, and halves of characters are written as escapes, so
 * that the text cannot pass for a line of its own.
 */
public final class LogSafe {

    private LogSafe() {}

    /**
     * The text on one line.
     *
     * @param text any text
     * @return the same text if nothing in it has to be escaped
     */
    public static String of(String text) {
        return of(text, Integer.MAX_VALUE);
    }

    /**
     * The text on one line, cut if it is long.
     *
     * @param text any text
     * @param most how many characters are shown at most, as they stand before they are escaped; 1 or more
     * @return the text, followed by an ellipsis if it was cut
     */
    public static String of(String text, int most) {
        int end = text.length() <= most ? text.length() : wholeCharacters(text, most);
        int from = 0;
        while (from < end && isPlain(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        if (from == text.length()) {
            return text;
        }
        StringBuilder line = new StringBuilder(end + 8).append(text, 0, from);
        for (int i = from; i < end; ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            append(line, character);
        }
        return end < text.length() ? line.append('…').toString() : line.toString();
    }

    /** Where to cut, so that no character is cut in half. */
    private static int wholeCharacters(String text, int most) {
        boolean insidePair =
                Character.isHighSurrogate(text.charAt(most - 1)) && Character.isLowSurrogate(text.charAt(most));
        return insidePair ? most - 1 : most;
    }

    private static void append(StringBuilder line, int character) {
        if (isPlain(character)) {
            line.appendCodePoint(character);
            return;
        }
        switch (character) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> line.append("\\u%04x".formatted(character));
        }
    }

    private static boolean isPlain(int character) {
        if (character >= ' ' && character <= '~') {
            return true;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            default -> !turnsDirection(character);
        };
    }

    private static boolean turnsDirection(int character) {
        return switch (Character.getDirectionality(character)) {
            case Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING,
                    Character.DIRECTIONALITY_LEFT_TO_RIGHT_OVERRIDE,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_EMBEDDING,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_OVERRIDE,
                    Character.DIRECTIONALITY_POP_DIRECTIONAL_FORMAT,
                    Character.DIRECTIONALITY_LEFT_TO_RIGHT_ISOLATE,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ISOLATE,
                    Character.DIRECTIONALITY_FIRST_STRONG_ISOLATE,
                    Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE -> true;
            default -> false;
        };
    }
}
