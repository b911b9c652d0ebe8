package io.keyedsequential.spring.actuate;

import io.keyedsequential.OneLine;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/** Who did what to which atom or lane, and what came of it: one line each, carried out or not. */
final class ActionLog {

    private static final Log log = LogFactory.getLog(KeyedAtomsEndpoint.class);

    /** Of a name, which whoever bears it may have made up. */
    private static final int MOST_CHARACTERS = 200;

    ActionDescriptor told(
            String atom, String action, @Nullable String maskedKey, Reader reader, Supplier<ActionDescriptor> act) {
        String what = maskedKey == null ? action : action + " of key " + maskedKey;
        String who =
                reader.name() == null ? "somebody unknown" : "'" + OneLine.of(reader.name(), MOST_CHARACTERS) + "'";
        try {
            ActionDescriptor done = act.get();
            log.info("%s: %s by %s: %s".formatted(atom, what, who, done.result()));
            return done;
        } catch (RefusedException e) {
            log.info("%s (%s, refused to %s)".formatted(e.why(), what, who));
            throw e;
        }
    }
}
