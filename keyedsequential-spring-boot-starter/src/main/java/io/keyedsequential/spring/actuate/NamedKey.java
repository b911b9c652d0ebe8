package io.keyedsequential.spring.actuate;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.HashSet;
import java.util.Set;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.support.DefaultConversionService;

/** Makes the key that a text means, for a key that has no lane yet. Its type is that of the keys that the atom has seen. */
final class NamedKey {

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
