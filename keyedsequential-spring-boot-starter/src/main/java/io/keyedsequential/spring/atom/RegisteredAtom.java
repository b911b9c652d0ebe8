package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;

/**
 * An atom that the registry knows.
 *
 * @param name its name
 * @param coordinator the engine behind it
 * @param declaredBy who declared it: a method, or a bean
 * @param owned whether the registry built it from annotations and properties, and closes it; {@code false} for a bean of
 *     the application
 */
public record RegisteredAtom(String name, KeyedCoordinator<?> coordinator, String declaredBy, boolean owned) {

    MisconfiguredAtomException buildsItself(String vain, String remove) {
        return new MisconfiguredAtomException(
                "%s would have no effect: %s builds the atom '%s' with options of its own."
                        .formatted(vain, declaredBy, name),
                remove + " and set the options where the bean is built, or remove the bean.");
    }
}
