package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.DrainReport;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** Tells every listener of every atom, once, whichever of them comes first. */
final class AtomRegistrationListeners {

    private static final Log log = LogFactory.getLog(AtomRegistrationListeners.class);

    private record Told(AtomRegistrationListener follower, RegisteredAtom atom) {

        @Override
        @SuppressWarnings("ReferenceEquality") // each listener is told, even if it equals another one
        public boolean equals(Object other) {
            return other instanceof Told that && follower == that.follower && atom == that.atom;
        }

        @SuppressWarnings("ReferenceEquality") // atoms are what they are
        boolean isOf(RegisteredAtom other) {
            return atom == other;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(follower) + System.identityHashCode(atom);
        }
    }

    private final ObjectProvider<AtomRegistrationListener> beans;
    private final ObjectProvider<CoordinatorListener> listeners;
    private final Predicate<AtomRegistrationListener> own;
    private final List<AtomRegistrationListener> others = new CopyOnWriteArrayList<>();
    private final Set<Told> told = ConcurrentHashMap.newKeySet();
    private final Set<RegisteredAtom> adopted = ConcurrentHashMap.newKeySet();

    /** The beans, once they have been looked up: when atoms are drained, the bean factory may be on its way out. */
    private volatile @Nullable List<AtomRegistrationListener> found;

    /**
     * Tells these.
     *
     * @param beans looked up when the first atom comes into being
     * @param listeners added to every atom, in their order
     */
    AtomRegistrationListeners(
            ObjectProvider<AtomRegistrationListener> beans, ObjectProvider<CoordinatorListener> listeners) {
        this(beans, listeners, follower -> true);
    }

    /**
     * Tells some of these.
     *
     * @param beans looked up when the first atom comes into being
     * @param listeners added to every atom, in their order
     * @param own whether a follower is a bean of this context; those of its parents are told of adopted atoms
     */
    AtomRegistrationListeners(
            ObjectProvider<AtomRegistrationListener> beans,
            ObjectProvider<CoordinatorListener> listeners,
            Predicate<AtomRegistrationListener> own) {
        this.beans = beans;
        this.listeners = listeners;
        this.own = own;
    }

    /** The atom can already be found: a listener that comes now either finds it, or is found here. */
    void added(RegisteredAtom atom) {
        addListenersTo(atom);
        all().forEach(follower -> tellOnce(follower, atom, AtomRegistrationListener::atomAdded));
    }

    /** An atom of a child context, which can be found here, too. It has the listeners of both already. */
    void adopted(RegisteredAtom atom) {
        adopted.add(atom);
        all().forEach(follower -> tellOnce(follower, atom, AtomRegistrationListener::atomAdopted));
    }

    /** Its context is closed; that is not to be kept here. A listener that fails does not keep it from being closed. */
    void released(RegisteredAtom atom) {
        adopted.remove(atom);
        told.removeIf(known -> known.isOf(atom));
        all().forEach(follower -> {
            try {
                follower.atomReleased(atom);
            } catch (RuntimeException e) {
                log.warn("%s: a registration listener failed when it was told of the end".formatted(atom.name()), e);
            }
        });
    }

    /** Not the one that the atom has been built with, which would hear everything twice. */
    @SuppressWarnings("ReferenceEquality")
    private void addListenersTo(RegisteredAtom atom) {
        CoordinatorListener own = atom.coordinator().options().listener();
        listeners.orderedStream().filter(listener -> listener != own).forEach(atom::addListener);
    }

    /** Looks at the atoms after it can be found itself. */
    void add(AtomRegistrationListener follower, Supplier<List<RegisteredAtom>> atoms) {
        others.add(follower);
        atoms.get()
                .forEach(atom -> tellOnce(
                        follower,
                        atom,
                        adopted.contains(atom)
                                ? AtomRegistrationListener::atomAdopted
                                : AtomRegistrationListener::atomAdded));
    }

    /** A listener that fails keeps neither the others from being told nor the application from stopping. */
    void drained(RegisteredAtom atom, DrainReport report) {
        all().forEach(follower -> {
            try {
                follower.atomDrained(atom, report);
            } catch (RuntimeException e) {
                log.warn("%s: a registration listener failed when it was told of the drain".formatted(atom.name()), e);
            }
        });
    }

    private Stream<AtomRegistrationListener> all() {
        List<AtomRegistrationListener> followers = found;
        if (followers == null) { // without a lock: the bean factory has locks of its own
            followers = beans.orderedStream().filter(own).toList();
            found = followers;
        }
        return Stream.concat(followers.stream(), others.stream());
    }

    private void tellOnce(
            AtomRegistrationListener follower,
            RegisteredAtom atom,
            BiConsumer<AtomRegistrationListener, RegisteredAtom> what) {
        if (told.add(new Told(follower, atom))) {
            what.accept(follower, atom);
        }
    }
}
