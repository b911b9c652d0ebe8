package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;

/**
 * Has the last word about an atom that the registry builds, for what properties cannot say, such as a listener of one
 * atom. Beans of this type are applied in their order. Called once per atom, during start-up or at the atom's first
 * use; in a race for the first use it may be called for a builder whose atom is thrown away.
 */
@FunctionalInterface
public interface CoordinatorOptionsCustomizer {

    /**
     * Changes a builder to which all settings have been applied.
     *
     * @param atom the atom's name
     * @param builder builds the atom
     */
    void customize(String atom, KeyedCoordinator.Builder<Object> builder);
}
