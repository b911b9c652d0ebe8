package io.keyedsequential.spring.engine;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the calls of atoms until their turn comes. One bean for each kind; the kind {@code memory} is the coordinator
 * itself and needs none.
 */
public interface AtomEngine {

    /**
     * The value of {@code keyedsequential.atoms.<name>.engine} that chooses this engine.
     *
     * @return kebab-case, not {@code memory}, and not that of another engine
     */
    String kind();

    /**
     * The options that an atom of this engine has where neither its own properties nor the annotation nor
     * {@code keyedsequential.defaults} say anything. Asked before the atom is built.
     *
     * @return by default nothing, which leaves them to {@link CoordinatorOptions}
     */
    default AtomSettings defaults() {
        return AtomSettings.NONE;
    }

    /**
     * Why this engine cannot do what a method or an option promises. Asked at start-up for every annotated method of
     * its atoms, and for one that is seen later before its first call.
     *
     * @param operation the method
     * @param options the options of its atom
     * @return empty if it can; otherwise the method is refused with this text
     */
    Optional<Objection> objection(StoredOperation operation, CoordinatorOptions options);

    /**
     * Opens an atom, and starts nothing: {@link EngineAtom#start()} does. Called once for each atom, under a lock: it
     * must not look up beans.
     *
     * @param atom its name
     * @param coordinator runs the bodies, by {@link KeyedCoordinator#call}: permits, the context, snapshots, events and
     *     meters are the coordinator's. A body that also implements {@link io.keyedsequential.ReplayedOperation} has
     *     the engine's ids and attempts. The starter closes it
     * @param operations finds methods by what is stored; they are added one by one, all of them by the time the atom is
     *     started, but those of lazy beans of types that were not known at start-up
     * @return the atom, which the starter starts and stops
     */
    EngineAtom open(String atom, KeyedCoordinator<Object> coordinator, StoredOperations operations);

    /**
     * A secret under which every instance that shares this engine masks keys, so that a handle that one instance shows
     * is known to the next. Asked when the first atom has been opened, before any mask of its keys; not if
     * {@code keyedsequential.mask-secret} is set.
     *
     * @return {@code null}, the default, if it has none
     */
    default @Nullable String maskSecret() {
        return null;
    }

    /**
     * What an engine cannot do.
     *
     * @param message what is wrong, and where; one or more sentences
     * @param action what to do about it
     */
    record Objection(String message, String action) {}
}
