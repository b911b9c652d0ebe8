package io.keyedsequential;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How messages name the operations of one atom: by id, name and label, and by key only where that is allowed. */
record MessageNames(String atom, @Nullable Function<Object, String> keyNames) {

    private static final int MOST_CHARACTERS_OF_KEY = 200;

    /** Asks the operation's body, and the function that names keys; both are foreign, so never called under a lock. */
    String of(Operation<?> operation) {
        return "operation %d%s%s in %s"
                .formatted(operation.shownId(), inBrackets(operation), ofKey(operation.key), atom);
    }

    /** The same for an operation that has gone meanwhile. */
    String ofNone() {
        return "an operation in " + atom;
    }

    /** Name and label as they follow the id in every message. */
    static String inBrackets(Operation<?> operation) {
        Object body = operation.body; // read once: it is let go of at the end
        return Naming.inBrackets(Naming.nameOf(body), Naming.labelOf(body));
    }

    private String ofKey(Object key) {
        if (keyNames == null) {
            return "";
        }
        try {
            return " of key " + LogSafe.of(keyNames.apply(key), MOST_CHARACTERS_OF_KEY);
        } catch (Throwable e) { // the message is about a wait, which must not come to harm by the name of its key
            return " of a key that cannot be named (%s)".formatted(e.getClass().getName());
        }
    }
}
