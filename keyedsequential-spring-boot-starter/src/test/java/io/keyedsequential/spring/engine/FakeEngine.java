package io.keyedsequential.spring.engine;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.engine.AtomEngine.EngineAtom;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps calls in a list until a test has them delivered. */
public class FakeEngine implements AtomEngine {

    public static final String KIND = "fake";

    /** What has been asked and done, in order. */
    public final List<String> journal = new ArrayList<>();

    public final Map<String, FakeAtom> atoms = new LinkedHashMap<>();

    private AtomSettings defaults = AtomSettings.NONE;
    private @Nullable String secret;

    public FakeEngine withDefaults(AtomSettings values) {
        defaults = values;
        return this;
    }

    public FakeEngine withSecret(String value) {
        secret = value;
        return this;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public AtomSettings defaults() {
        return defaults;
    }

    @Override
    public Optional<Objection> objection(StoredOperation operation, CoordinatorOptions options) {
        return Optional.empty();
    }

    @Override
    public EngineAtom open(String atom, KeyedCoordinator<Object> coordinator, StoredOperations operations) {
        journal.add("open " + atom);
        FakeAtom opened = new FakeAtom(atom, coordinator, operations, journal);
        if (atoms.put(atom, opened) != null) {
            throw new IllegalStateException(atom + " is open");
        }
        return opened;
    }

    @Override
    public @Nullable String maskSecret() {
        return secret;
    }

    public FakeAtom atom(String name) {
        return Optional.ofNullable(atoms.get(name)).orElseThrow();
    }
}
