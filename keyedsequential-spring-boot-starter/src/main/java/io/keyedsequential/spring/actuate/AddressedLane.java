package io.keyedsequential.spring.actuate;

import io.keyedsequential.Keys;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.actuate.BoundedList.Names;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.RefusedException;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.support.DefaultConversionService;

/**
 * The lane that an address means. Keys may be of any type, so they are found by how they print, among those that have
 * a lane.
 */
record AddressedLane(String atom, AtomView view, AtomControls controls, Object key) {

    /** How many keys are named at most where none was found. */
    private static final int NAMED_AT_MOST = 20;

    /** The lane, or a refusal that says what there is. */
    static AddressedLane find(RegisteredAtom atom, LaneAddress address, KeyView keys) {
        List<Object> known = atom.view().keys();
        return one(atom, keys.addressed(address, known)).orElseThrow(() -> none(atom, address, known, keys));
    }

    /**
     * The lane that is to be paused or resumed. It need not exist: the operator knows the key, so that its text will
     * do, whether or not keys are shown.
     */
    static AddressedLane findOrName(RegisteredAtom atom, LaneAddress address, KeyView keys) {
        List<Object> known = atom.view().keys();
        return one(atom, keys.addressed(address, known))
                .or(() -> one(atom, KeyView.printingLike(address, known)))
                .orElseGet(() -> {
                    if (KeyView.isHandle(address.text())) {
                        throw none(atom, address, known, keys);
                    }
                    return of(atom, NamedKey.of(atom, address.text()));
                });
    }

    private static AddressedLane of(RegisteredAtom atom, Object key) {
        return new AddressedLane(atom.name(), atom.view(), atom.controls(), key);
    }

    private static Optional<AddressedLane> one(RegisteredAtom atom, List<Object> found) {
        if (found.size() > 1) {
            throw new RefusedException(
                    RefusedException.CONFLICT,
                    "%s: %d lanes have this address, since their keys print alike"
                            .formatted(atom.name(), found.size()));
        }
        return found.stream().findFirst().map(key -> of(atom, key));
    }

    private static RefusedException none(RegisteredAtom atom, LaneAddress address, List<Object> known, KeyView keys) {
        String hint = keys.mayBeShown() || KeyView.isHandle(address.text())
                ? ""
                : "; this reader addresses keys by their handles, not by their text (see show-keys)";
        return new RefusedException(
                RefusedException.NOT_FOUND,
                "%s: no such lane: it has emptied, or never was%s; %s"
                        .formatted(
                                atom.name(),
                                hint,
                                known.isEmpty()
                                        ? "no key has a lane now"
                                        : "these have one now: "
                                                + Names.bounded(
                                                        known.stream()
                                                                .limit(NAMED_AT_MOST)
                                                                .map(keys::show)
                                                                .toList(),
                                                        known.size())));
    }

    Optional<LaneSnapshot> look() {
        return view.lane(key);
    }

    /** The lane as it is now, or a refusal if it has emptied meanwhile. */
    LaneSnapshot seen(KeyView keys) {
        return look().orElseThrow(() -> new RefusedException(
                RefusedException.NOT_FOUND,
                "%s: no such lane: that of %s has just emptied".formatted(atom, keys.show(key))));
    }

    /**
     * Makes the key that a text means, for a key that has no lane yet. Its type is that of the keys that the atom
     * has seen.
     */
    static final class NamedKey {

        private NamedKey() {}

        static Object of(RegisteredAtom atom, String text) {
            Class<?> type = typeOf(atom);
            try {
                Object key = DefaultConversionService.getSharedInstance().convert(text, type);
                if (key != null) {
                    return key;
                }
            } catch (ConversionException e) {
                // refused below
            }
            throw new RefusedException(
                    RefusedException.BAD_REQUEST,
                    "%s: keys are of type %s, and this text gives none; a key without a lane is named by its text"
                            .formatted(atom.name(), type.getName()));
        }

        private static Class<?> typeOf(RegisteredAtom atom) {
            Class<?> declared = atom.keyType();
            if (declared != null) {
                return declared;
            }
            Set<Class<?>> seen = new HashSet<>();
            atom.view().keys().forEach(key -> seen.add(key.getClass()));
            atom.view().recent().stream().map(OperationSnapshot::key).forEach(key -> seen.add(key.getClass()));
            return seen.size() == 1 ? seen.iterator().next() : String.class;
        }
    }

    /**
     * What a request says about which lane it means.
     *
     * @param text a handle, or a key as it prints
     * @param ofPath whether it stood in a path, which loses slashes at the ends of a key and all but one in a row
     */
    record LaneAddress(String text, boolean ofPath) {

        /** What stands behind the atom in a path, where slashes belong to the key. */
        static LaneAddress ofPath(String... segments) {
            return new LaneAddress(String.join("/", segments), true);
        }

        /** What stands alone, every character of it as it is meant. */
        static LaneAddress text(String text) {
            return new LaneAddress(text, false);
        }

        /** Whether a key that prints like this may be meant, though it does not print like the text. */
        boolean isLike(String key) {
            return ofPath
                    && Arrays.stream(key.split("/"))
                            .filter(part -> !part.isEmpty())
                            .collect(Collectors.joining("/"))
                            .equals(text);
        }
    }

    /** How keys are shown to one reader, as they print or masked, and how the reader addresses them. */
    record KeyView(KeyMask mask, boolean mayBeShown) {

        private static final String MARK = "#";

        /** What cannot be a handle is not compared with the masks of ten thousand keys. */
        private static final Pattern HANDLE = Pattern.compile("[0-9a-f]{12}");

        String show(Object key) {
            return mayBeShown ? Keys.describe(key) : mask.mask(key);
        }

        /** What addresses a key for every reader: its mask, without the character that a URL would have to escape. */
        String handle(Object key) {
            return handleOf(mask.mask(key));
        }

        static String handleOf(String masked) {
            return masked.substring(MARK.length());
        }

        /** Whether a text may be a handle; if so it is never taken for a key that has no lane. */
        static boolean isHandle(String text) {
            return HANDLE.matcher(withoutMark(text)).matches();
        }

        private static String withoutMark(String text) {
            return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
        }

        /**
         * The keys among these that an address means: those with this handle, else, for a reader who may see keys,
         * those that print like this, or are shown like this. More than one only if keys that are not equal print
         * alike, or differ in slashes that a path cannot tell apart.
         */
        <K> List<K> addressed(LaneAddress address, List<K> keys) {
            String handle = withoutMark(address.text());
            List<K> byHandle = isHandle(address.text())
                    ? keys.stream().filter(key -> handle(key).equals(handle)).toList()
                    : List.of();
            return byHandle.isEmpty() && mayBeShown ? printingLike(address, keys) : byHandle;
        }

        /** The keys among these that print like an address, for every reader. */
        static <K> List<K> printingLike(LaneAddress address, List<K> keys) {
            List<K> exact =
                    keys.stream().filter(key -> isNamed(key, address.text())).toList();
            return exact.isEmpty()
                    ? keys.stream()
                            .filter(key -> address.isLike(KeyMask.print(key)))
                            .toList()
                    : exact;
        }

        private static boolean isNamed(Object key, String text) {
            String full = KeyMask.print(key);
            return full.equals(text) || Keys.describe(full).equals(text);
        }
    }

    /**
     * Who asks.
     *
     * @param name the name of the principal, or {@code null} if it is not known
     * @param mayBeShownKeys whether keys and the messages of errors may be shown
     */
    record Requester(@Nullable String name, boolean mayBeShownKeys) {}
}
