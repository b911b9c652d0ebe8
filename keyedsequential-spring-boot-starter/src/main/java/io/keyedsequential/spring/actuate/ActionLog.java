package io.keyedsequential.spring.actuate;

import io.keyedsequential.Keys;
import io.keyedsequential.LogSafe;
import io.keyedsequential.spring.actuate.AddressedLane.KeyView;
import io.keyedsequential.spring.actuate.AddressedLane.Requester;
import io.keyedsequential.spring.actuate.BoundedList.Names;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActedDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActionDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ParkedLaneDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.RefusedException;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.atom.event.OperatorActed;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Who did what to which atom or lane, and what came of it, carried out or not: one line each in the log, an event of
 * the application, and one more of those that are remembered.
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
    ActionDescriptor told(String atom, String action, Object key, Requester reader, Supplier<ActionDescriptor> act) {
        return told(atom, action, key, () -> new Done(act.get(), List.of()), reader);
    }

    /** Does something to an atom, or to several of its lanes. */
    ActionDescriptor toldOfSeveral(String atom, String action, Requester reader, Supplier<Done> act) {
        return told(atom, action, null, act, reader);
    }

    private ActionDescriptor told(
            String atom, String action, @Nullable Object key, Supplier<Done> act, Requester reader) {
        String what = key == null ? action : action + " of key " + keys.of(key);
        String who =
                reader.name() == null ? "an unknown operator" : "'" + LogSafe.of(reader.name(), MOST_CHARACTERS) + "'";
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
            Requester reader,
            boolean carriedOut,
            String result,
            List<Long> operations) {
        OperatorActed acted =
                new OperatorActed(atom, Instant.now(), reader.name(), action, key, carriedOut, result, operations);
        memory.remember(acted, key == null ? null : keys.mask().mask(key));
        events.accept(acted);
    }

    /**
     * Remembers what operators have done, the last 200 of it over all atoms. Keys are kept as texts: one that is
     * remembered keeps nothing of the application alive. For any thread.
     */
    static final class ActionMemory {

        /** How much is remembered. */
        static final int MOST = 200;

        /** How much is shown of one atom. */
        static final int SHOWN_OF_ATOM = 50;

        /** How much is shown of all atoms. */
        static final int SHOWN_OF_ALL = 20;

        private static final int MOST_CHARACTERS = 400;

        private record Acted(
                Instant at,
                String atom,
                String action,
                @Nullable String key,
                @Nullable String mask,
                @Nullable String principal,
                boolean carriedOut,
                String result) {

            ActedDescriptor shownTo(Requester reader) {
                return new ActedDescriptor(
                        at,
                        atom,
                        action,
                        reader.mayBeShownKeys() ? key : mask,
                        mask == null ? null : KeyView.handleOf(mask),
                        reader.mayBeShownKeys() || reader.name() != null ? principal : null,
                        carriedOut,
                        result);
            }
        }

        /** Newest first. Guarded by itself. */
        private final Deque<Acted> acted = new ArrayDeque<>();

        void remember(OperatorActed event, @Nullable String mask) {
            Object key = event.key();
            Acted one = new Acted(
                    event.at(),
                    event.atom(),
                    event.action(),
                    key == null ? null : Keys.describe(key),
                    mask,
                    event.principal() == null ? null : LogSafe.of(event.principal(), MOST_CHARACTERS / 2),
                    event.carriedOut(),
                    LogSafe.of(event.result(), MOST_CHARACTERS));
            synchronized (acted) {
                acted.addFirst(one);
                if (acted.size() > MOST) {
                    acted.removeLast();
                }
            }
        }

        BoundedList<ActedDescriptor> ofAtom(String atom, Requester reader) {
            return shown(each -> each.atom.equals(atom), SHOWN_OF_ATOM, reader);
        }

        BoundedList<ActedDescriptor> ofAll(Requester reader) {
            return shown(each -> true, SHOWN_OF_ALL, reader);
        }

        private BoundedList<ActedDescriptor> shown(Predicate<Acted> wanted, int most, Requester reader) {
            List<Acted> found;
            synchronized (acted) {
                found = new ArrayList<>(acted);
            }
            found.removeIf(wanted.negate());
            return BoundedList.of(
                    found.stream().limit(most).map(each -> each.shownTo(reader)).toList(), found.size());
        }
    }
}
