package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.KeyedCoordinator;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An atom that the registry knows. One name is one of these for as long as the application lives. For any thread. */
public final class RegisteredAtom {

    /** The engine of atoms that are kept in memory, by their coordinator. */
    public static final String MEMORY = "memory";

    private final String name;
    private final KeyedCoordinator<?> coordinator;
    private final boolean owned;
    private final String engine;
    private final AtomView localView;
    private final Availability availability;
    private volatile AtomView view;
    private volatile AtomControls controls;
    private volatile String declaredBy;
    private volatile @Nullable Class<?> keyType;
    private final DeferredCalls deferredCalls = new DeferredCalls();
    private final Set<String> selfReporting = ConcurrentHashMap.newKeySet();
    private final EngineListeners engineListeners;
    private final List<PartitionSource> partitionSources = new CopyOnWriteArrayList<>();

    /**
     * For the registry, and for tests.
     *
     * @param name its name
     * @param coordinator the engine behind it
     * @param declaredBy who declared it: a method, or a bean
     * @param owned whether the registry built it
     */
    public RegisteredAtom(String name, KeyedCoordinator<?> coordinator, String declaredBy, boolean owned) {
        this(name, coordinator, declaredBy, owned, MEMORY);
    }

    @SuppressWarnings("unchecked") // a coordinator only compares its keys; erased, it takes any
    RegisteredAtom(String name, KeyedCoordinator<?> coordinator, String declaredBy, boolean owned, String engine) {
        this.name = name;
        this.coordinator = coordinator;
        this.declaredBy = declaredBy;
        this.owned = owned;
        this.engine = engine;
        this.localView = new CoordinatorView((KeyedCoordinator<Object>) coordinator);
        this.availability = new Availability(name);
        this.view = localView;
        this.controls = new CoordinatorControls((KeyedCoordinator<Object>) coordinator);
        this.engineListeners = new EngineListeners(() -> coordinator.options().listener());
    }

    /**
     * Its name.
     *
     * @return as it is declared
     */
    public String name() {
        return name;
    }

    /**
     * What runs its operations in this process.
     *
     * @return the coordinator, whatever the type of its keys
     */
    public KeyedCoordinator<?> coordinator() {
        return coordinator;
    }

    /**
     * The kind of engine that keeps its operations.
     *
     * @return {@value #MEMORY}, or as configured
     */
    public String engine() {
        return engine;
    }

    /**
     * Whether its coordinator keeps its operations, and no other engine does.
     *
     * @return whether what the coordinator shows is all there is
     */
    public boolean isInMemory() {
        return engine.equals(MEMORY);
    }

    /**
     * Shows it, wherever its operations are kept. A view of an engine throws an {@link AtomUnavailableException} while
     * it cannot be asked.
     *
     * @return for showing it to operators; what counts for this process alone is in the {@link #coordinator()}
     */
    public AtomView view() {
        return view;
    }

    /**
     * Shows what this process knows of it.
     *
     * @return the {@link #view()} itself, if it is kept in memory; otherwise what runs here, and what has run here
     */
    public AtomView localView() {
        return localView;
    }

    /**
     * Whether it can be looked at.
     *
     * @return what code that looks at the atom reports to
     */
    public Availability availability() {
        return availability;
    }

    /**
     * Steers it, wherever its operations are kept.
     *
     * @return for what operators do
     */
    public AtomControls controls() {
        return controls;
    }

    /**
     * Says that an engine keeps its operations. To be called before the atom is announced.
     *
     * @param engineView shows it from now on
     * @param engineControls steers it from now on
     */
    public void keptBy(AtomView engineView, AtomControls engineControls) {
        view = engineView;
        controls = engineControls;
    }

    /**
     * Says that the records of a partitioned log come to it, besides the calls of callers.
     *
     * @param source shown with the atom from now on
     */
    public void fedBy(PartitionSource source) {
        partitionSources.add(source);
    }

    /**
     * What hands records of partitioned logs to it.
     *
     * @return in the order in which they were attached; empty for most atoms
     */
    public List<PartitionSource> partitionSources() {
        return Collections.unmodifiableList(partitionSources);
    }

    /**
     * Adds a listener that is told of everything that happens in the atom: in its coordinator, and in an engine that
     * keeps its operations.
     *
     * @param listener told outside of every lock
     */
    public void addListener(CoordinatorListener listener) {
        coordinator.addListener(listener);
        engineListeners.add(listener);
    }

    /**
     * All listeners of the atom, for an engine: nothing that happens in the coordinator is to be told to it.
     *
     * @return takes what was parked, released, has finished and has failed; for any thread
     */
    public CoordinatorListener engineListener() {
        return engineListeners;
    }

    /**
     * Who declared it.
     *
     * @return the methods, or the bean, as messages name them
     */
    public String declaredBy() {
        return declaredBy;
    }

    /** What methods say of it, all those that have been seen by now. */
    void declaredBy(List<AtomDeclaration> declarations) {
        declaredBy = AtomDeclaration.methods(declarations);
        keyType = AtomDeclaration.keyType(declarations);
    }

    /**
     * The type of its keys.
     *
     * @return {@code null} if it is not known, or if methods differ in it
     */
    public @Nullable Class<?> keyType() {
        return keyType;
    }

    /**
     * The calls that become operations when a transaction has committed.
     *
     * @return their counts
     */
    public DeferredCalls deferredCalls() {
        return deferredCalls;
    }

    /**
     * Whether the registry built it from annotations and properties, and closes it.
     *
     * @return {@code false} for a bean of the application
     */
    public boolean owned() {
        return owned;
    }

    /**
     * Whether every failure of this operation is logged already, so that listeners need not: it is a {@code void}
     * method, whose callers hold no future. Known before the first operation of the method is enqueued.
     *
     * @param operationName the operation's name, as snapshots show it
     * @return whether the final failure of such an operation is logged already
     */
    public boolean reportsItself(String operationName) {
        return selfReporting.contains(operationName);
    }

    /**
     * Says that the caller of this method logs every failure of this operation, once, when it has finally failed.
     *
     * @param operationName the operation's name, as snapshots show it
     */
    public void claimReportsOf(String operationName) {
        selfReporting.add(operationName);
    }

    MisconfiguredAtomException buildsItself(String vain, String remove) {
        return new MisconfiguredAtomException(
                "%s would have no effect: %s builds the atom '%s' with options of its own."
                        .formatted(vain, declaredBy, name),
                remove + " and set the options where the bean is built, or remove the bean.");
    }

    @Override
    public String toString() {
        return "%s, declared by %s".formatted(name, declaredBy);
    }
}
