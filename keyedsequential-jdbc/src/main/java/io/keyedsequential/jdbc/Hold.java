package io.keyedsequential.jdbc;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A lane that this instance has picked. Everything that is written about the lane asks for the version: when the
 * instance was taken for dead and the lane was picked again, by whichever instance, the version is another one.
 *
 * @param key the lane's key
 * @param version the version under which it was picked
 */
record Hold(String key, long version) {

    /** Far from the end of all numbers, since each that picks or gives back the lane adds one. */
    private static final long MOST = 1L << 62;

    /**
     * The version of a lane that is made. A key has one lane after another, and an instance may be frozen for longer
     * than a lane lasts: what it holds must not be a version of the next one. So each begins at another place, by
     * chance.
     */
    static long firstVersion() {
        return ThreadLocalRandom.current().nextLong(MOST);
    }
}
