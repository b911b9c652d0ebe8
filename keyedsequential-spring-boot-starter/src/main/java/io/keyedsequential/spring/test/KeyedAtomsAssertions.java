package io.keyedsequential.spring.test;

/** The way to the assertions about atoms; {@code import static} its one method. Needs AssertJ. */
public final class KeyedAtomsAssertions {

    private KeyedAtomsAssertions() {}

    /**
     * Begins assertions about an atom.
     *
     * @param atom the atom
     * @return its assertions
     */
    public static AtomAssert assertThat(AtomUnderTest atom) {
        return new AtomAssert(atom);
    }
}
