package io.keyedsequential.spring.actuate;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
}
