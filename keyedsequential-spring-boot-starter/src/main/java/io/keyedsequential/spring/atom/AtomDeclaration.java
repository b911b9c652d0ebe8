package io.keyedsequential.spring.atom;

import java.util.List;
import java.util.Map;

/**
 * That a method runs in an atom, and what it says about it.
 *
 * @param atom the atom's name
 * @param settings what the method's annotation says
 * @param declaredBy the method, as messages name it
 */
public record AtomDeclaration(String atom, AtomSettings settings, String declaredBy) {

    /** What several declarations that do not contradict each other say together. */
    static AtomSettings together(List<AtomDeclaration> declarations) {
        return declarations.stream().map(AtomDeclaration::settings).reduce(AtomSettings.NONE, AtomSettings::and);
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
                                .formatted(atom, other.settings.inWords(option), settings.inWords(option)),
                        "Leave %s in one of the two annotations, or set it in neither and configure keyedsequential.atoms.%s.%s."
                                .formatted(option.attribute(), atom, option.property()));
            }
        });
    }
}
