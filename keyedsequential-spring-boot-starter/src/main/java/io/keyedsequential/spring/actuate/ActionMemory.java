package io.keyedsequential.spring.actuate;

import io.keyedsequential.Keys;
import io.keyedsequential.OneLine;
import io.keyedsequential.spring.atom.event.OperatorActed;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what operators have done, the last 200 of it over all atoms. Keys are kept as texts: one that is remembered keeps nothing of
 * the application alive. For any thread.
 */
final class ActionMemory {

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

        ActedDescriptor shownTo(Reader reader) {
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
                event.principal() == null ? null : OneLine.of(event.principal(), MOST_CHARACTERS / 2),
                event.carriedOut(),
                OneLine.of(event.result(), MOST_CHARACTERS));
        synchronized (acted) {
            acted.addFirst(one);
            if (acted.size() > MOST) {
                acted.removeLast();
            }
        }
    }

    BoundedList<ActedDescriptor> ofAtom(String atom, Reader reader) {
        return shown(each -> each.atom.equals(atom), SHOWN_OF_ATOM, reader);
    }

    BoundedList<ActedDescriptor> ofAll(Reader reader) {
        return shown(each -> true, SHOWN_OF_ALL, reader);
    }

    private BoundedList<ActedDescriptor> shown(Predicate<Acted> wanted, int most, Reader reader) {
        List<Acted> found;
        synchronized (acted) {
            found = new ArrayList<>(acted);
        }
        found.removeIf(wanted.negate());
        return BoundedList.of(
                found.stream().limit(most).map(each -> each.shownTo(reader)).toList(), found.size());
    }
}
