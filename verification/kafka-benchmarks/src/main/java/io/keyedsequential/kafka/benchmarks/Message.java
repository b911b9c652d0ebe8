package io.keyedsequential.kafka.benchmarks;

/**
 * A record.
 *
 * @param kind what its body does
 * @param key the number of its key
 * @param number its number among those of its key, from 0
 * @param sentAt when it was to be sent, by {@link System#nanoTime}, which all processes of a machine share on Linux
 */
record Message(Kind kind, int key, int number, long sentAt) {

    /** The number of the key that is hot, blocked or sick, if there is one; the others begin with 0. */
    static final int SPECIAL = 1_000_000;

    /** What becomes of a record. */
    enum Kind {
        /** The body works, and ends. */
        WORKS,
        /** It does not end. */
        BLOCKS,
        /** It works, and fails in every attempt. */
        FAILS
    }

    /** By its text. */
    static Message of(String text) {
        String[] words = text.split(" ", -1);
        return new Message(
                Kind.valueOf(words[0]),
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                Long.parseLong(words[3]));
    }

    /** The value of the record. */
    String text() {
        return kind + " " + key + " " + number + " " + sentAt;
    }
}
