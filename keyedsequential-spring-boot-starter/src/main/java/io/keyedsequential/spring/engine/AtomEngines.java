package io.keyedsequential.spring.engine;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.AtomRegistrationListener;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.keyedsequential.spring.engine.AtomEngine.EngineAtom;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;

/**
 * Which engine keeps which atom. An atom that is not kept in memory is opened as soon as there is one, before other
 * {@link AtomRegistrationListener}s are told of it.
 *
 * <p>What is stored begins to run when everything else has started, and stops before the coordinators are drained,
 * which then have nothing but what is in hand. For any thread.
 */
public final class AtomEngines implements AtomRegistrationListener, Ordered, SmartLifecycle, DisposableBean {

    /**
     * With message listeners; before {@link io.keyedsequential.spring.atom.AtomLifecycle#PHASE} when the
     * application stops.
     */
    public static final int PHASE = DEFAULT_PHASE - 128;

    private final Engines engines;
    private final KeyMask mask;
    private final Duration stopTimeout;
    private final StoredOperations operations = new StoredOperations();

    /** Held while an atom is opened or started, so that one that is opened while all are started is started once. */
    private final Object lock = new Object();

    /** By name. Guarded by the lock. */
    private final Map<String, EngineAtom> atoms = new LinkedHashMap<>();

    /** What is to be stopped. Guarded by the lock. */
    private final Map<String, EngineAtom> started = new LinkedHashMap<>();

    private volatile boolean running;

    /**
     * Knows these.
     *
     * @param engines looked up when the first atom needs one
     * @param mask given the secret of an engine that has one
     * @param stopTimeout how long a stop waits for what runs, at most
     */
    public AtomEngines(ObjectProvider<AtomEngine> engines, KeyMask mask, Duration stopTimeout) {
        this.engines = new Engines(engines);
        this.mask = mask;
        this.stopTimeout = stopTimeout;
    }

    /** Opens atoms before other followers look at them. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    /**
     * Which options an atom has where its settings say nothing.
     *
     * @param atom the atom's name
     * @param settings everything that is said about it, its engine among them
     * @return the settings of its engine; none for memory, which leaves everything to
     *     {@link io.keyedsequential.CoordinatorOptions}
     * @throws MisconfiguredAtomException if there is no such engine
     */
    public AtomSettings defaults(String atom, AtomSettings settings) {
        String kind = settings.get(AtomOption.ENGINE);
        AtomEngine engine = kind == null ? null : engines.find(atom, kind.strip());
        return engine == null ? AtomSettings.NONE : engine.defaults();
    }

    @Override
    public void atomAdded(RegisteredAtom atom) {
        open(atom);
    }

    /**
     * The atom of an annotated method in its engine. From now on the engine finds the method.
     *
     * @param operation the method
     * @param atom its atom
     * @return {@code null} if the atom is kept in memory
     * @throws MisconfiguredAtomException if the engine cannot do what the method or an option promises
     */
    public @Nullable EngineAtom keeping(StoredOperation operation, RegisteredAtom atom) {
        AtomEngine engine = engines.find(atom.name(), atom.engine());
        if (engine == null) {
            return null;
        }
        engine.objection(operation, atom.coordinator().options()).ifPresent(objection -> {
            throw new MisconfiguredAtomException(objection.message(), objection.action());
        });
        operations.add(operation);
        return open(atom);
    }

    /** Opens the atom in its engine, unless it is open or kept in memory. */
    @SuppressWarnings("unchecked") // the engine is told that keys are of any type
    private @Nullable EngineAtom open(RegisteredAtom atom) {
        AtomEngine engine =
                engines.find(atom.name(), atom.engine()); // outside the lock: the bean factory has locks of its own
        if (engine == null) {
            return null;
        }
        synchronized (lock) {
            EngineAtom known = atoms.get(atom.name());
            if (known != null) {
                return known;
            }
            EngineAtom opened = engine.open(atom.name(), (KeyedCoordinator<Object>) atom.coordinator(), operations);
            mask.shareSecret(engine::maskSecret);
            opened.listener(atom.engineListener());
            atom.keptBy(opened.view(), opened.controls());
            atoms.put(atom.name(), opened);
            if (running) {
                start(atom.name(), opened);
            }
            return opened;
        }
    }

    @Override
    public void start() {
        synchronized (lock) {
            running = true; // first: if one cannot start, Spring stops those that have
            atoms.forEach(this::start);
        }
    }

    private void start(String name, EngineAtom atom) {
        started.put(name, atom);
        atom.start();
    }

    /** Stops all atoms at once, and returns when each has come to rest or its time is up. */
    @Override
    public void stop() {
        List<EngineAtom> stopped;
        synchronized (lock) {
            running = false;
            stopped = new ArrayList<>(started.values());
            started.clear();
        }
        List<CompletableFuture<Void>> stops = stopped.stream()
                .map(atom -> CompletableFuture.runAsync(() -> atom.stop(stopTimeout), AtomEngines::onThreadOfItsOwn))
                .toList();
        stops.forEach(CompletableFuture::join);
    }

    @Override
    public void stop(Runnable callback) {
        onThreadOfItsOwn(() -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        });
    }

    private static void onThreadOfItsOwn(Runnable stopping) {
        new Thread(stopping, "keyedsequential-engine-stop").start();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** The start-up may have failed, or the application ends without having been stopped. */
    @Override
    public void destroy() {
        stop();
    }

    /** The engines of the application by their kinds, which are compared without case. */
    private static final class Engines {

        /** The kinds that have a module of ours, whose name ends in the kind. */
        private static final String[] OURS = {"jdbc", "kafka"};

        private final ObjectProvider<AtomEngine> beans;

        private volatile @Nullable Map<String, AtomEngine> known;

        Engines(ObjectProvider<AtomEngine> beans) {
            this.beans = beans;
        }

        /** The engine of an atom, or {@code null} for memory. */
        @Nullable
        AtomEngine find(String atom, String kind) {
            if (kind.equalsIgnoreCase(RegisteredAtom.MEMORY)) {
                return null;
            }
            AtomEngine engine = all().get(kind);
            if (engine == null) {
                throw unknown(atom, kind);
            }
            return engine;
        }

        private Map<String, AtomEngine> all() {
            Map<String, AtomEngine> all = known;
            if (all == null) { // without a lock: the bean factory has locks of its own
                all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                for (AtomEngine engine : beans.orderedStream().toList()) {
                    AtomEngine other = all.putIfAbsent(engine.kind(), engine);
                    if (other != null || engine.kind().equalsIgnoreCase(RegisteredAtom.MEMORY)) {
                        throw taken(engine, other);
                    }
                }
                known = all;
            }
            return all;
        }

        private MisconfiguredAtomException unknown(String atom, String kind) {
            List<String> kinds = Stream.concat(Stream.of(RegisteredAtom.MEMORY), all().keySet().stream())
                    .toList();
            String correct = "orrect %s.engine or keyedsequential.defaults.engine%s"
                    .formatted(
                            AtomName.property(atom),
                            AtomName.nearest(kind, kinds)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse("."));
            return new MisconfiguredAtomException(
                    "The atom '%s' is to be kept by the engine '%s', and there is none; there are: %s."
                            .formatted(atom, kind, kinds),
                    Arrays.asList(OURS).contains(kind.toLowerCase(Locale.ROOT))
                            ? "Add the dependency io.keyedsequential:keyedsequential-%s, or c%s"
                                    .formatted(kind.toLowerCase(Locale.ROOT), correct)
                            : "C" + correct);
        }

        private static MisconfiguredAtomException taken(AtomEngine engine, @Nullable AtomEngine other) {
            return new MisconfiguredAtomException(
                    "%s is an engine of the kind '%s', and so is %s."
                            .formatted(
                                    engine.getClass().getName(),
                                    engine.kind(),
                                    other == null
                                            ? "the coordinator in memory"
                                            : other.getClass().getName()),
                    "Remove one of the beans, or give it another kind.");
        }
    }
}
