package io.keyedsequential.spring.atom;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * That a method runs in an atom, and what it says about it.
 *
 * @param atom the atom's name
 * @param settings what the method's annotation says
 * @param declaredBy the method, as messages name it
 * @param keyType the declared type of its keys, or {@code null} if it is not known
 */
record AtomDeclaration(String atom, AtomSettings settings, String declaredBy, @Nullable Class<?> keyType) {

    /**
     * A declaration that says nothing of keys.
     *
     * @param atom the atom's name
     * @param settings what the method's annotation says
     * @param declaredBy the method, as messages name it
     */
    AtomDeclaration(String atom, AtomSettings settings, String declaredBy) {
        this(atom, settings, declaredBy, null);
    }

    /** How many methods of one atom are named at most. */
    private static final int NAMED_AT_MOST = 20;

    /** What several declarations that do not contradict each other say together. */
    static AtomSettings together(List<AtomDeclaration> declarations) {
        return declarations.stream().map(AtomDeclaration::settings).reduce(AtomSettings.NONE, AtomSettings::and);
    }

    /** The type of the keys of several declarations; {@code null} if one of them does not know it, or they differ. */
    static @Nullable Class<?> keyType(List<AtomDeclaration> declarations) {
        List<@Nullable Class<?>> types = declarations.stream()
                .map(AtomDeclaration::boxedKeyType)
                .distinct()
                .toList();
        return types.size() == 1 ? types.get(0) : null;
    }

    /** What to warn of if the keys of two declarations can never be equal, so that their calls have no common order. */
    static Optional<String> keysThatDiffer(List<AtomDeclaration> declarations) {
        AtomDeclaration first = null;
        Class<?> known = null;
        for (AtomDeclaration each : declarations) {
            Class<?> type = each.boxedKeyType();
            if (known == null) {
                first = each;
                known = type;
            } else if (first != null
                    && type != null
                    && !known.isAssignableFrom(type)
                    && !type.isAssignableFrom(known)) {
                return Optional.of(("%s: keys of different types are never equal, so calls of these methods are "
                                + "not ordered with each other: %s at %s, %s at %s")
                        .formatted(
                                each.atom,
                                known.getSimpleName(),
                                first.declaredBy,
                                type.getSimpleName(),
                                each.declaredBy));
            }
        }
        return Optional.empty();
    }

    private @Nullable Class<?> boxedKeyType() {
        return keyType == null ? null : ClassUtils.resolvePrimitiveIfNecessary(keyType);
    }

    /** The methods of several declarations, as one text names them: the first ones, and how many there are more. */
    static String methods(List<AtomDeclaration> declarations) {
        List<String> names = declarations.stream()
                .map(AtomDeclaration::declaredBy)
                .distinct()
                .toList();
        String first = names.stream().limit(NAMED_AT_MOST).collect(Collectors.joining(", "));
        return names.size() > NAMED_AT_MOST ? "%s and %d more".formatted(first, names.size() - NAMED_AT_MOST) : first;
    }

    /** Refuses two declarations of one atom that cannot both hold. */
    void checkAgainst(AtomDeclaration other) {
        if (!atom.equals(other.atom)) {
            throw new MisconfiguredAtomException(
                    "Two methods spell one atom differently: '%s' at %s, '%s' at %s."
                            .formatted(other.atom, other.declaredBy, atom, declaredBy),
                    "Use one spelling in both annotations. Upper case, '-' and '_' do not tell atoms apart.");
        }
        Map<AtomOption<?>, Object> theirs = other.settings.given();
        settings.given().forEach((option, mine) -> {
            Object their = theirs.get(option);
            if (their != null && !their.equals(mine)) {
                throw new MisconfiguredAtomException(
                        "Two methods contradict each other about the atom '%s': %s, %s."
                                .formatted(atom, other.settings.describe(option), settings.describe(option)),
                        ("Leave %s in one of the two annotations, or set it in neither and configure "
                                        + "keyedsequential.atoms.%s.%s.")
                                .formatted(option.attribute(), atom, option.property()));
            }
        });
    }
}
