package io.keyedsequential.spring.actuate;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.FoundDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.LaneDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.OperationDescriptor;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.KeyMask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lanes and operations that a text is about. A key is found by its text only for those who may see it: to be
 * told that there is one is to be told of it.
 */
final class Search {

    private static final int MOST_CHARACTERS = 200;

    private final AtomView view;
    private final KeyView keys;
    private final int limit;

    Search(AtomView view, KeyView keys, int limit) {
        this.view = view;
        this.keys = keys;
        this.limit = limit;
    }

    /** {@code null} if nothing is searched for. */
    @Nullable
    FoundDescriptor of(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String asked = text.strip();
        if (asked.length() > MOST_CHARACTERS) {
            throw new RefusedException(
                    RefusedException.BAD_REQUEST,
                    "search: at most %d characters, not %d".formatted(MOST_CHARACTERS, asked.length()));
        }
        String wanted = asked.toLowerCase(Locale.ROOT);
        return new FoundDescriptor(asked, lanes(wanted), operations(wanted));
    }

    private BoundedList<LaneDescriptor> lanes(String wanted) {
        String handle = wanted.startsWith("#") ? wanted.substring(1) : wanted;
        List<Object> found = view.keys().stream()
                .filter(key -> (keys.mayBeShown() && has(KeyMask.print(key), wanted))
                        || (!handle.isEmpty() && keys.handle(key).startsWith(handle)))
                .toList();
        List<LaneDescriptor> shown = found.stream()
                .limit(limit)
                .flatMap(key -> view.lane(key).stream())
                .map(lane -> LaneDescriptor.of(lane, keys))
                .toList();
        return BoundedList.of(shown, shown.size() < limit ? shown.size() : found.size());
    }

    private BoundedList<OperationDescriptor> operations(String wanted) {
        Map<Long, OperationSnapshot> found = new LinkedHashMap<>();
        for (OperationSnapshot each : view.find(operation -> isAbout(operation, wanted), limit + 1)) {
            found.putIfAbsent(each.id(), each);
        }
        for (OperationSnapshot each : view.recent()) {
            if (isAbout(each, wanted)) {
                found.putIfAbsent(each.id(), each);
            }
        }
        List<OperationSnapshot> shown = found.values().stream().limit(limit).toList();
        return BoundedList.of(OperationDescriptor.of(shown, view.instances(shown), keys), found.size());
    }

    private static boolean isAbout(OperationSnapshot operation, String wanted) {
        return has(operation.label(), wanted)
                || has(operation.name(), wanted)
                || has(operation.trace(), wanted)
                || Long.toString(operation.id()).equals(wanted);
    }

    private static boolean has(@Nullable String text, String wanted) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(wanted);
    }
}
