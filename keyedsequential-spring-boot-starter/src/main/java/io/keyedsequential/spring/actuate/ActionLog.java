package io.keyedsequential.spring.actuate;

import io.keyedsequential.OneLine;
import io.keyedsequential.spring.atom.LoggedKeys;
import io.keyedsequential.spring.atom.event.OperatorActed;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Who did what to which atom or lane, and what came of it, carried out or not: one line each in the log, an event of the application, and
 * one more of those that are remembered.
 */
final class ActionLog {

    private static final Log log = LogFactory.getLog(KeyedAtomsEndpoint.class);

    /** Of a name, which its bearer may have made up. */
    private static final int MOST_CHARACTERS = 200;

    /** How many of several keys are named. */
    private static final int NAMED_AT_MOST = 20;

    private final LoggedKeys keys;
    private final ActionMemory memory;
    private final Consumer<OperatorActed> events;

    ActionLog(LoggedKeys keys, ActionMemory memory, Consumer<OperatorActed> events) {
        this.keys = keys;
        this.memory = memory;
        this.events = events;
    }

    /**
     * What was done.
     *
     * @param answer what the operator is told
     * @param keys the first of several keys that it was done to
     */
    record Done(ActionDescriptor answer, List<Object> keys) {}

    /** Does something to the lane of a key. */
    ActionDescriptor told(String atom, String action, Object key, Reader reader, Supplier<ActionDescriptor> act) {
        return told(atom, action, key, () -> new Done(act.get(), List.of()), reader);
    }

    /** Does something to an atom, or to several of its lanes. */
    ActionDescriptor toldOfSeveral(String atom, String action, Reader reader, Supplier<Done> act) {
        return told(atom, action, null, act, reader);
    }

    private ActionDescriptor told(String atom, String action, @Nullable Object key, Supplier<Done> act, Reader reader) {
        String what = key == null ? action : action + " of key " + keys.of(key);
        String who =
                reader.name() == null ? "somebody unknown" : "'" + OneLine.of(reader.name(), MOST_CHARACTERS) + "'";
        try {
            Done done = act.get();
            ActionDescriptor answer = done.answer();
            log.info("%s: %s by %s: %s%s".formatted(atom, what, who, answer.result(), named(done)));
            tell(
                    atom,
                    action,
                    key,
                    reader,
                    true,
                    answer.result(),
                    answer.operations().entries());
            return answer;
        } catch (RefusedException e) {
            log.info("%s (%s, refused to %s)".formatted(e.why(), what, who));
            tell(atom, action, key, reader, false, e.why(), List.of());
            throw e;
        }
    }

    /** The first of several keys, as the log names keys. */
    private String named(Done done) {
        BoundedList<ParkedLaneDescriptor> lanes = done.answer().lanes();
        if (lanes == null || done.keys().isEmpty()) {
            return "";
        }
        List<String> first =
                done.keys().stream().limit(NAMED_AT_MOST).map(keys::of).toList();
        return " " + Names.bounded(first, (int) lanes.total());
    }

    private void tell(
            String atom,
            String action,
            @Nullable Object key,
            Reader reader,
            boolean carriedOut,
            String result,
            List<Long> operations) {
        OperatorActed acted =
                new OperatorActed(atom, Instant.now(), reader.name(), action, key, carriedOut, result, operations);
        memory.remember(acted, key == null ? null : keys.mask().mask(key));
        events.accept(acted);
    }
}
