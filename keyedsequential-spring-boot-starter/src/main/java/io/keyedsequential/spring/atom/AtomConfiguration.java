package io.keyedsequential.spring.atom;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the properties say: about every atom, and about single ones. */
public final class AtomConfiguration {

    private final AtomSettings defaults;
    private final UnknownAtoms unknownAtoms;
    private final Map<String, Named> atoms = new LinkedHashMap<>();

    private record Named(String name, AtomSettings settings) {}

    /**
     * Takes over what is configured. Of two spellings of one name, the earlier wins where both say something: the
     * binder lists property sources with higher precedence first, and an environment variable cannot spell a hyphen.
     *
     * @param defaults about every atom
     * @param atoms about single atoms, by name in any spelling
     * @param unknownAtoms what happens when one of them is not declared
     */
    public AtomConfiguration(AtomSettings defaults, Map<String, AtomSettings> atoms, UnknownAtoms unknownAtoms) {
        this.defaults = defaults;
        this.unknownAtoms = unknownAtoms;
        atoms.forEach((name, settings) -> this.atoms.merge(
                AtomName.canonical(name),
                new Named(name, settings),
                (earlier, later) -> new Named(earlier.name, earlier.settings.over(later.settings))));
    }

    /** The effective settings of an atom about which its methods say {@code annotated}. */
    AtomSettings effective(String atom, AtomSettings annotated) {
        Named own = atoms.get(AtomName.canonical(atom));
        AtomSettings specific = own == null ? annotated : own.settings.over(annotated);
        AtomSettings together = specific.over(defaults);
        return specific.over(defaults.without(option -> !option.isOfUseTo(together)));
    }

    /** The name under which an atom is configured, or {@code null} if it is not. */
    @Nullable
    String configuredAs(String atom) {
        Named own = atoms.get(AtomName.canonical(atom));
        return own == null ? null : own.name;
    }

    /** What happens when a configured atom is not declared. */
    UnknownAtoms unknownAtoms() {
        return unknownAtoms;
    }

    /** The names of all configured atoms, as they are spelled. */
    Collection<String> names() {
        return atoms.values().stream().map(Named::name).toList();
    }
}
