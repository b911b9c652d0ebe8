package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.CoordinatorState;
import io.keyedsequential.DrainReport;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.AtomFactory.AtomBeans;
import io.keyedsequential.spring.atom.AtomSettings.AtomConfiguration;
import io.keyedsequential.spring.atom.AtomSettings.AtomConfiguration.UnknownAtoms;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * All atoms of the application by name: those that annotated methods declare, and those that are beans of type
 * {@link KeyedCoordinator} or {@link io.keyedsequential.KeyedSequentialAtom}. One name is one atom; names are compared
 * without case, hyphens and underscores.
 *
 * <p>When the application ends, atoms that the registry built and that are still open are closed with all they hold:
 * the start-up has failed before there was an {@link AtomLifecycle}, which drains them first.
 *
 * <p>An atom of annotated methods is built when all methods have been seen, or at the first call if that comes earlier.
 * Every method may be called by any thread.
 */
public final class AtomRegistry implements DisposableBean {

    private static final Log log = LogFactory.getLog(AtomRegistry.class);

    private final AtomConfiguration configuration;
    private final AtomFactory factory;
    private final AtomBeans beans;
    private final AtomRegistrationListeners followers;

    /**
     * Held while one of the maps is written, so that a declaration either counts for the atom that is built or sees
     * that it exists. Never held while beans are looked up or atoms are built: the bean factory has locks of its own.
     */
    private final Object lock = new Object();

    /** What annotated methods say, by canonical name. */
    private final Map<String, List<AtomDeclaration>> declarations = new ConcurrentHashMap<>();

    /** By canonical name. */
    private final Map<String, RegisteredAtom> atoms = new ConcurrentHashMap<>();

    /** Atoms of child contexts, by canonical name: they are seen here, and live and die there. */
    private final Map<String, RegisteredAtom> adopted = new ConcurrentHashMap<>();

    private final @Nullable AtomRegistry parent;

    private volatile boolean ended;

    /**
     * A registry without atoms.
     *
     * @param configuration what the properties say
     * @param beanFactory has the atoms that are beans, and the beans that options name
     * @param virtualThreads whether atoms without an executor of their own run on virtual threads
     * @param customizers have the last word about options, in their order
     * @param keys names keys in messages
     * @param engineDefaults says which options the engine of an atom has where its settings say nothing
     * @param followers told of every atom
     * @param own whether such a listener is a bean of this context; those of its parents are told of adopted atoms
     * @param listeners told of every operation
     * @param parent shows the atoms of this one among its own, or {@code null}; no name may be in both
     */
    public AtomRegistry(
            AtomConfiguration configuration,
            ListableBeanFactory beanFactory,
            boolean virtualThreads,
            ObjectProvider<CoordinatorOptionsCustomizer> customizers,
            LoggedKeys keys,
            BiFunction<String, AtomSettings, AtomSettings> engineDefaults,
            ObjectProvider<AtomRegistrationListener> followers,
            Predicate<AtomRegistrationListener> own,
            ObjectProvider<CoordinatorListener> listeners,
            @Nullable AtomRegistry parent) {
        this(
                configuration,
                new AtomFactory(new AtomBeans(beanFactory), virtualThreads, customizers, keys, engineDefaults),
                new AtomBeans(beanFactory),
                new AtomRegistrationListeners(followers, listeners, own),
                parent);
    }

    /** A registry of a context without a parent. */
    AtomRegistry(
            AtomConfiguration configuration,
            AtomFactory factory,
            AtomBeans beans,
            AtomRegistrationListeners followers) {
        this(configuration, factory, beans, followers, null);
    }

    private AtomRegistry(
            AtomConfiguration configuration,
            AtomFactory factory,
            AtomBeans beans,
            AtomRegistrationListeners followers,
            @Nullable AtomRegistry parent) {
        this.configuration = configuration;
        this.factory = factory;
        this.beans = beans;
        this.followers = followers;
        this.parent = parent;
    }

    /**
     * Tells a listener that is no bean of all atoms: at once of those that exist, later of the others.
     *
     * @param follower the bean to tell
     */
    public void follow(AtomRegistrationListener follower) {
        followers.add(follower, this::atoms);
    }

    void drained(RegisteredAtom atom, DrainReport report) {
        followers.drained(atom, report);
    }

    /**
     * All atoms, those of child contexts included.
     *
     * @return sorted by name
     */
    public List<RegisteredAtom> atoms() {
        return Stream.concat(atoms.values().stream(), adopted.values().stream())
                .sorted(Comparator.comparing(RegisteredAtom::name))
                .toList();
    }

    /** The atoms of this context. */
    List<RegisteredAtom> ownAtoms() {
        return atoms.values().stream()
                .sorted(Comparator.comparing(RegisteredAtom::name))
                .toList();
    }

    /**
     * An atom by its name.
     *
     * @param name the name in any spelling
     * @return the atom, or empty if there is none
     */
    public Optional<RegisteredAtom> find(String name) {
        String canonical = AtomName.canonical(name);
        RegisteredAtom own = atoms.get(canonical);
        return Optional.ofNullable(own != null ? own : adopted.get(canonical));
    }

    /**
     * The coordinator of an atom, built now if annotated methods have declared it and this is the first request for it.
     *
     * @param name the atom's name in any spelling
     * @return its coordinator; for an atom that is a bean of the application, that bean, whatever the type of its keys
     * @throws IllegalArgumentException if there is no such atom
     */
    @SuppressWarnings("unchecked") // a coordinator only compares its keys; erased, it takes any
    public KeyedCoordinator<Object> coordinator(String name) {
        RegisteredAtom known = find(name).orElseGet(() -> open(name));
        return (KeyedCoordinator<Object>) known.coordinator();
    }

    /**
     * Says that a method runs in an atom, and what it says about it.
     *
     * @param atom the atom's name
     * @param settings what the method's annotation says
     * @param declaredBy the method, as messages name it
     * @param keyType the declared type of its keys, or {@code null} if it is not known
     * @throws MisconfiguredAtomException if it contradicts another declaration, or comes too late to count
     */
    public void declare(String atom, AtomSettings settings, String declaredBy, @Nullable Class<?> keyType) {
        declare(new AtomDeclaration(atom, settings, declaredBy, keyType));
    }

    void declare(AtomDeclaration declaration) {
        String canonical = AtomName.canonical(declaration.atom());
        synchronized (lock) {
            List<AtomDeclaration> all = new ArrayList<>(declared(canonical));
            all.forEach(declaration::checkAgainst);
            if (!all.contains(declaration)) {
                checkInTime(declaration, all, atoms.get(canonical));
                all.add(declaration);
                declarations.put(canonical, List.copyOf(all));
                RegisteredAtom existing = atoms.get(canonical);
                if (existing != null && existing.owned()) {
                    existing.declaredBy(all);
                }
            }
        }
    }

    /**
     * Says that all methods have been seen: takes in the atoms that are beans, builds the others, and warns of
     * properties that belong to no atom.
     *
     * @throws MisconfiguredAtomException if two atoms have one name, or one atom is configured twice; with
     *     {@link UnknownAtoms#FAIL} also if properties belong to no atom
     */
    public void complete() {
        takeInBeans();
        declarations.keySet().forEach(this::open);
        List<String> unknown = configuration.names().stream()
                .filter(configured -> !isKnown(configured))
                .map(this::unknown)
                .toList();
        if (configuration.unknownAtoms() == UnknownAtoms.WARN) {
            unknown.forEach(log::warn);
        } else if (!unknown.isEmpty()) {
            throw new MisconfiguredAtomException(
                    String.join("%n".formatted(), unknown),
                    "Correct the name or remove the properties. With keyedsequential.unknown-atoms: "
                            + "warn the application starts nevertheless.");
        }
    }

    /** A child context has the properties of its parent, too. */
    private boolean isKnown(String configured) {
        return find(configured).isPresent() || (parent != null && parent.isKnown(configured));
    }

    private String unknown(String configured) {
        String nearest = AtomName.nearest(configured, names())
                .map(name -> "; did you mean %s?".formatted(AtomName.property(name)))
                .orElse("");
        return "%s configures an atom that is not declared; known atoms: %s%s"
                .formatted(AtomName.property(configured), names(), nearest);
    }

    @Override
    public void destroy() {
        ended = true;
        for (RegisteredAtom atom : ownAtoms()) {
            if (parent != null) {
                parent.release(atom);
            }
            KeyedCoordinator<?> coordinator = atom.coordinator();
            if (atom.owned() && coordinator.state() != CoordinatorState.CLOSED) {
                List<OperationSnapshot> running = coordinator.running(Integer.MAX_VALUE);
                coordinator.close();
                // Closing interrupts the threads of the coordinator's own pool only.
                running.forEach(operation -> coordinator.cancel(operation.id()));
            }
        }
    }

    private RegisteredAtom open(String name) {
        if (ended) {
            throw new IllegalStateException("the application has ended, and the atom '%s' with it".formatted(name));
        }
        takeInBeans();
        String canonical = AtomName.canonical(name);
        RegisteredAtom known = atoms.get(canonical);
        while (known == null) {
            List<AtomDeclaration> declared = declared(canonical);
            RegisteredAtom built = build(name, declared);
            boolean added;
            synchronized (lock) {
                known = atoms.get(canonical);
                added = known == null && declared.equals(declared(canonical));
                if (added) {
                    atoms.put(canonical, built);
                }
            }
            if (added) {
                announce(canonical, built);
                return built;
            }
            built.coordinator().close(); // another thread was faster, or another declaration came
        }
        return known;
    }

    /** Tells of an atom of this context, here and in those above. */
    private void announce(String canonical, RegisteredAtom atom) {
        if (parent != null) {
            try {
                parent.adopt(canonical, atom);
            } catch (RuntimeException | Error e) {
                atoms.remove(canonical, atom);
                if (atom.owned()) {
                    atom.coordinator().close();
                }
                throw e;
            }
        }
        followers.added(atom);
    }

    /**
     * Shows an atom of a child context. It must not have the name of an atom of this one: operations of one key would
     * then be ordered twice, by two engines that know nothing of each other. Of two children that have no order among
     * each other the first is shown.
     */
    @SuppressWarnings("ReferenceEquality") // a child may have a bean that is the parent's atom
    private void adopt(String canonical, RegisteredAtom atom) {
        if (parent != null) {
            parent.adopt(canonical, atom);
        }
        RegisteredAtom own = atoms.get(canonical);
        List<AtomDeclaration> declared = declared(canonical);
        if (own != null || !declared.isEmpty()) {
            String mine = own != null ? own.declaredBy() : AtomDeclaration.methods(declared);
            if (own == null || own.coordinator() != atom.coordinator()) {
                throw new MisconfiguredAtomException(
                        ("Two atoms are called '%s': one of a parent context, declared by %s, and one "
                                        + "of its child, declared by %s. Each context has engines of its own, which do "
                                        + "not order the operations of each other.")
                                .formatted(atom.name(), mine, atom.declaredBy()),
                        "Let one context have the bean, and the other inject it; or give one of the "
                                + "atoms another name. Upper case, '-' and '_' do not tell atoms apart.");
            }
            return;
        }
        RegisteredAtom other = adopted.putIfAbsent(canonical, atom);
        if (other == null) {
            followers.adopted(atom);
        } else {
            log.warn(("%s: another child context has an atom of this name, which is the one that the "
                            + "parent shows; they do not order the operations of each other")
                    .formatted(atom.name()));
        }
    }

    private void release(RegisteredAtom atom) {
        if (adopted.remove(AtomName.canonical(atom.name()), atom)) {
            followers.released(atom);
        }
        if (parent != null) {
            parent.release(atom);
        }
    }

    private RegisteredAtom build(String name, List<AtomDeclaration> declared) {
        if (declared.isEmpty()) {
            throw new IllegalArgumentException("there is no atom '%s'; known atoms: %s".formatted(name, names()));
        }
        AtomDeclaration first = declared.get(0);
        AtomSettings settings = configuration.effective(first.atom(), AtomDeclaration.together(declared));
        RegisteredAtom built = factory.build(first.atom(), settings, AtomDeclaration.methods(declared));
        built.declaredBy(declared);
        AtomDeclaration.keysThatDiffer(declared).ifPresent(log::warn);
        return built;
    }

    @SuppressWarnings("ReferenceEquality") // one coordinator may be two beans: itself, and the façade that has it
    private void takeInBeans() {
        for (RegisteredAtom bean : beans.find()) {
            String canonical = AtomName.canonical(bean.name());
            RegisteredAtom existing;
            synchronized (lock) {
                existing = atoms.putIfAbsent(canonical, bean);
            }
            if (existing == null) {
                announce(canonical, bean);
            }
            if (existing != null && existing.coordinator() != bean.coordinator()) {
                throw new MisconfiguredAtomException(
                        "Two atoms are called '%s': one declared by %s, one by %s."
                                .formatted(bean.name(), existing.declaredBy(), bean.declaredBy()),
                        "Give one of them another name. Upper case, '-' and '_' do not tell atoms apart.");
            }
            String configured = configuration.configuredAs(bean.name());
            if (configured != null) {
                throw bean.buildsItself(AtomName.property(configured), "Remove the properties");
            }
            declared(canonical).forEach(declared -> checkInTime(declared, List.of(), bean));
        }
    }

    /** A method that is seen after its atom was built may repeat what is in force, but no longer change it. */
    private static void checkInTime(
            AtomDeclaration declaration, List<AtomDeclaration> others, @Nullable RegisteredAtom existing) {
        AtomSettings before = AtomDeclaration.together(others);
        if (existing == null || before.and(declaration.settings()).equals(before)) {
            return;
        }
        String what = "%s at %s".formatted(declaration.settings(), declaration.declaredBy());
        if (!existing.owned()) {
            throw existing.buildsItself(what, "Remove the limits from the annotation");
        }
        throw new MisconfiguredAtomException(
                "%s comes too late: the atom '%s', declared by %s, is in use."
                        .formatted(what, declaration.atom(), existing.declaredBy()),
                "Set the limits in keyedsequential.atoms.%s, or in the annotation that is seen first."
                        .formatted(declaration.atom()));
    }

    private List<AtomDeclaration> declared(String canonical) {
        return declarations.getOrDefault(canonical, List.of());
    }

    private List<String> names() {
        return atoms().stream().map(RegisteredAtom::name).toList();
    }
}
