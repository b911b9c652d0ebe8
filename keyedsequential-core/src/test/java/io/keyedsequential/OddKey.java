package io.keyedsequential;

import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A key whose methods do what a test wants, and change what they do while the key is in use. */
final class OddKey {

    private final String name;

    volatile IntSupplier hash;
    volatile Supplier<@Nullable String> text;

    /** Asked before the names are compared. */
    volatile BooleanSupplier comparing = () -> true;

    /** What each of its methods throws, if they do. */
    private volatile @Nullable Error thrown;

    OddKey(String name) {
        this.name = name;
        this.hash = name::hashCode;
        this.text = () -> name;
    }

    /** All that are made by this have one hash. */
    static OddKey colliding(String name) {
        OddKey key = new OddKey(name);
        key.hash = () -> 7;
        return key;
    }

    /** From now on the key has another hash and is equal to nothing. */
    void change() {
        int before = hash.getAsInt();
        hash = () -> ~before;
        comparing = () -> false;
    }

    /** From now on each of its methods throws this, or ({@code null}) does what it did before. */
    void throwing(@Nullable Error value) {
        thrown = value;
    }

    private void throwIfToldTo() {
        Error present = thrown;
        if (present != null) {
            throw present;
        }
    }

    @Override
    public int hashCode() {
        throwIfToldTo();
        return hash.getAsInt();
    }

    @Override
    public boolean equals(Object other) {
        throwIfToldTo();
        return comparing.getAsBoolean()
                && other instanceof OddKey odd
                && odd.comparing.getAsBoolean()
                && odd.name.equals(name);
    }

    @Override
    public String toString() {
        throwIfToldTo();
        return text.get();
    }
}
