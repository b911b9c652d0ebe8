package io.keyedsequential.chaos;

import java.util.Locale;

/** The atoms of the application: the forms in which a call is deleted. */
enum Atom {
    /** Each call by itself, after its body. */
    SINGLE(1),
    /** Sixteen calls of a key by one statement. */
    BATCHED(16),
    /** In the transaction of the body, which leaves its effect in the same database. */
    WITHIN(1);

    /** Permits of an instance. */
    static final int MAX_CONCURRENCY = 4;

    private final int batch;

    Atom(int batch) {
        this.batch = batch;
    }

    int batch() {
        return batch;
    }

    /** How many operations an instance has in hand at most. */
    int inHand() {
        return MAX_CONCURRENCY * batch;
    }

    /** As the properties, the database and the ledger name it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Atom of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
