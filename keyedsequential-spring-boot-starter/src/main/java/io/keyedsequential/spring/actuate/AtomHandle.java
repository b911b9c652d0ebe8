package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What addresses an atom in a URL. The name of an atom that is a bean of the application may be any text; a path cannot
 * carry every text, since servers refuse an encoded slash. Different names have different handles.
 */
final class AtomHandle {

    private static final Pattern ODD = Pattern.compile("[^A-Za-z0-9_-]");

    private AtomHandle() {}

    /**
     * The name itself, but for characters that are neither letters nor digits nor hyphens: {@code a/b}
     * is {@code a~2f~b}.
     */
    static String of(String name) {
        return ODD.matcher(name)
                .replaceAll(odd -> "~" + Integer.toHexString(odd.group().codePointAt(0)) + "~");
    }

    /** The atom that a handle, or a name in any spelling, means. */
    static Optional<RegisteredAtom> find(AtomRegistry registry, String address) {
        return registry.atoms().stream()
                .filter(atom -> of(atom.name()).equals(address))
                .findFirst()
                .or(() -> registry.find(address));
    }
}
