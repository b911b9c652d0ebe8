package io.keyedsequential.spring.actuate;

import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/** Who did what to which atom or lane, and what came of it: one line each, carried out or not. */
final class ActionLog {

    private static final Log log = LogFactory.getLog(KeyedAtomsEndpoint.class);

    /** A name that was made up by whoever bears it cannot pretend to be a line of its own. */
    private static String oneLine(String name) {
        return name.replaceAll("\\p{Cntrl}|\\R", "?");
    }

    ActionDescriptor told(
            String atom, String action, @Nullable String maskedKey, Reader reader, Supplier<ActionDescriptor> act) {
        String what = maskedKey == null ? action : action + " of key " + maskedKey;
        String who = reader.name() == null ? "somebody unknown" : "'" + oneLine(reader.name()) + "'";
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
