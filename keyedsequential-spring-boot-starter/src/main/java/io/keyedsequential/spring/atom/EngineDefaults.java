package io.keyedsequential.spring.atom;

/** Says which options the atoms of an engine have where nothing else says anything. */
@FunctionalInterface
public interface EngineDefaults {

    /** There is only memory, which leaves everything to {@link io.keyedsequential.CoordinatorOptions}. */
    EngineDefaults NONE = (atom, settings) -> AtomSettings.NONE;

    /**
     * What applies to an atom where its settings say nothing.
     *
     * @param atom the atom's name
     * @param settings everything that is said about it, its engine among them
     * @return the settings of its engine
     * @throws MisconfiguredAtomException if there is no such engine
     */
    AtomSettings of(String atom, AtomSettings settings);
}
