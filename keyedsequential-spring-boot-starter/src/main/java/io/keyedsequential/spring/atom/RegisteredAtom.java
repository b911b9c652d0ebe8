package io.keyedsequential.spring.atom;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.AtomView.AtomUnavailableException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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
        CoordinatorAtom local = new CoordinatorAtom((KeyedCoordinator<Object>) coordinator);
        this.localView = local;
        this.availability = new Availability(name);
        this.view = local;
        this.controls = local;
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

    /**
     * Whether an atom can be looked at, which an engine may prevent: said in the log when it changes, not for each
     * look. For any thread.
     */
    public static final class Availability {

        private static final Log log = LogFactory.getLog(AtomLog.class);

        private final String atom;
        private final AtomicBoolean failing = new AtomicBoolean();

        Availability(String atom) {
            this.atom = atom;
        }

        /**
         * It could not be looked at.
         *
         * @param failure what the view has thrown
         * @return why, for operators
         */
        public String failed(Throwable failure) {
            if (failure instanceof AtomUnavailableException unavailable) {
                return unavailable.reason();
            }
            if (failing.compareAndSet(false, true)) {
                log.warn("%s: cannot be shown; this is said once".formatted(atom), failure);
            }
            return "its engine failed with " + failure.getClass().getName();
        }

        /** It could be looked at. */
        public void answered() {
            if (failing.get() && failing.compareAndSet(true, false)) {
                log.info("%s: can be shown again".formatted(atom));
            }
        }
    }

    /**
     * Counts the calls of an atom that become operations when a transaction has committed. May be used by any thread.
     */
    public static final class DeferredCalls {

        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicLong withdrawn = new AtomicLong();
        private volatile @Nullable String lastReason;

        /** For one atom. */
        DeferredCalls() {}

        /** A call waits for the commit of its caller's transaction. */
        public void deferred() {
            waiting.incrementAndGet();
        }

        /**
         * Its transaction has ended.
         *
         * @param withdrawn why the call was dropped, in a sentence without a subject; {@code null} if it was enqueued
         */
        public void ended(@Nullable String withdrawn) {
            if (withdrawn != null) {
                lastReason = withdrawn;
                this.withdrawn.incrementAndGet();
            }
            waiting.decrementAndGet();
        }

        /**
         * Calls that wait now.
         *
         * @return how many
         */
        public int waiting() {
            return waiting.get();
        }

        /**
         * Calls that were dropped with their transaction.
         *
         * @return how many, since the application has started
         */
        public long withdrawn() {
            return withdrawn.get();
        }

        /**
         * Why the last of them was dropped.
         *
         * @return a sentence without a subject; {@code null} if none was
         */
        public @Nullable String lastReason() {
            return lastReason;
        }
    }

    /**
     * The listeners of an atom, for what its engine does outside of the coordinator. One that throws is logged, and
     * keeps no other from being told. For any thread.
     */
    private static final class EngineListeners implements CoordinatorListener {

        private static final Log log = LogFactory.getLog(RegisteredAtom.class);

        private final Supplier<CoordinatorListener> own;
        private final List<CoordinatorListener> listeners = new CopyOnWriteArrayList<>();

        /**
         * Has no other yet.
         *
         * @param own the one that the coordinator was built with
         */
        EngineListeners(Supplier<CoordinatorListener> own) {
            this.own = own;
        }

        void add(CoordinatorListener listener) {
            listeners.add(listener);
        }

        @Override
        public void operationParked(String atom, OperationSnapshot operation) {
            tell(atom, listener -> listener.operationParked(atom, operation));
        }

        @Override
        public void keyReleased(String atom, OperationSnapshot operation) {
            tell(atom, listener -> listener.keyReleased(atom, operation));
        }

        @Override
        public void operationFinished(String atom, OperationSnapshot operation) {
            tell(atom, listener -> listener.operationFinished(atom, operation));
        }

        @Override
        public void operationFailed(String atom, OperationSnapshot operation) {
            tell(atom, listener -> listener.operationFailed(atom, operation));
        }

        private void tell(String atom, Consumer<CoordinatorListener> event) {
            tell(own.get(), atom, event);
            listeners.forEach(listener -> tell(listener, atom, event));
        }

        private static void tell(CoordinatorListener listener, String atom, Consumer<CoordinatorListener> event) {
            try {
                event.accept(listener);
            } catch (Throwable e) { // the engine has nothing to do with it
                log.warn(
                        "%s: the listener %s failed"
                                .formatted(atom, listener.getClass().getName()),
                        e);
            }
        }
    }
}
