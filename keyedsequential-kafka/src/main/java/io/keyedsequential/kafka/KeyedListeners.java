package io.keyedsequential.kafka;

import io.keyedsequential.spring.aop.KeyedProxies;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.kafka.config.KafkaListenerEndpoint;
import org.springframework.kafka.config.MethodKafkaListenerEndpoint;
import org.springframework.kafka.config.MultiMethodKafkaListenerEndpoint;

/**
 * All listeners whose keys run in parallel, and what they share. A bean of the auto-configuration, for
 * {@link KeyedKafkaListenerContainerFactory}. For any thread.
 */
public final class KeyedListeners implements DisposableBean {

    private final AtomListenerSettings settings;
    private final Duration drainTimeout;
    private final ObjectProvider<AtomRegistry> registry;
    private final RecordDeliveries deliveries;
    private final FailedRecords failedRecords;
    private final FreezeGuard guard = new FreezeGuard(System::nanoTime);
    private final ScheduledExecutorService clock;

    /** By id. */
    private final Map<String, KeyedListener> listeners = new ConcurrentHashMap<>();

    /** The methods that they call. */
    private final Set<Method> methods = ConcurrentHashMap.newKeySet();

    private final List<Consumer<KeyedListener>> followers = new ArrayList<>();

    KeyedListeners(
            Environment environment,
            ObjectProvider<AtomRegistry> registry,
            RecordDeliveries deliveries,
            FailedRecords failedRecords) {
        this.settings = new AtomListenerSettings(environment);
        this.drainTimeout = environment.getProperty(
                "keyedsequential.shutdown.drain-timeout", Duration.class, Duration.ofSeconds(25));
        this.registry = registry;
        this.deliveries = deliveries;
        this.failedRecords = failedRecords;
        this.clock = Executors.newSingleThreadScheduledExecutor(ticking -> {
            Thread thread = new Thread(ticking, "keyedsequential-kafka-clock");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleAtFixedRate(guard::tick, FreezeGuard.TICK_MILLIS, FreezeGuard.TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * The listener of an endpoint; {@code null} if none of its methods is annotated.
     *
     * @param batch whether it takes batches
     */
    @Nullable
    KeyedListener of(KafkaListenerEndpoint endpoint, boolean batch) {
        if (!(endpoint instanceof MethodKafkaListenerEndpoint<?, ?> method)) {
            return null;
        }
        Set<OperationSignature> operations = new LinkedHashSet<>();
        Set<Method> annotated = new LinkedHashSet<>();
        for (Method called : methods(method)) {
            KeyedProxies.signature(method.getBean(), called).ifPresent(operation -> {
                operations.add(operation);
                annotated.add(called);
            });
        }
        if (operations.isEmpty()) {
            return null;
        }
        String id = String.valueOf(endpoint.getId());
        Set<String> atoms = operations.stream().map(OperationSignature::atom).collect(Collectors.toSet());
        if (atoms.size() > 1) {
            throw new MisconfiguredAtomException(
                    ("The handlers of the keyed listener '%s' are in several atoms: %s. Records of "
                                    + "one key would run in several orders.")
                            .formatted(id, atoms),
                    "Give all handlers one atom.");
        }
        new ListenerChecks(id).check(batch, annotated);
        String atom = atoms.iterator().next();
        settings.refuseTopic(atom, "a listener, such as '%s', names its topics itself".formatted(id));
        KeyedListener listener =
                new KeyedListener(id, atom, operations, settings.of(atom), () -> atom(atom), guard, failedRecords);
        add(listener);
        annotated.forEach(called ->
                methods.add(AopUtils.getMostSpecificMethod(called, AopUtils.getTargetClass(method.getBean()))));
        return listener;
    }

    /** What takes the calls of an atom from its topic. */
    KeyedListener ofTopic(String atom, String topic) {
        KeyedListener listener =
                new KeyedListener(topic, atom, Set.of(), settings.of(atom), () -> atom(atom), guard, failedRecords);
        add(listener);
        return listener;
    }

    AtomListenerSettings settings() {
        return settings;
    }

    /** Built now, if nothing has asked for it yet. */
    private RegisteredAtom atom(String name) {
        AtomRegistry atoms = registry.getObject();
        atoms.coordinator(name);
        return atoms.find(name).orElseThrow();
    }

    private static Collection<Method> methods(MethodKafkaListenerEndpoint<?, ?> endpoint) {
        return endpoint instanceof MultiMethodKafkaListenerEndpoint<?, ?> several
                ? several.getMethods()
                : List.of(endpoint.getMethod());
    }

    private void add(KeyedListener listener) {
        synchronized (followers) {
            listeners.put(listener.id(), listener);
            followers.forEach(follower -> follower.accept(listener));
        }
    }

    /** Tells of all listeners, also of those to come. */
    void follow(Consumer<KeyedListener> follower) {
        synchronized (followers) {
            followers.add(follower);
            listeners.values().forEach(follower);
        }
    }

    /** Whether a method of a bean's class is called by one of them. */
    boolean knows(Method method) {
        return methods.contains(method);
    }

    /** A listener by its id. */
    @Nullable
    KeyedListener find(String id) {
        return listeners.get(id);
    }

    /** Whether records of one of them become operations of an atom. */
    boolean feed(String atom) {
        return listeners.values().stream()
                .anyMatch(listener -> AtomName.canonical(listener.atom()).equals(AtomName.canonical(atom)));
    }

    RecordDeliveries deliveries() {
        return deliveries;
    }

    Duration drainTimeout() {
        return drainTimeout;
    }

    @Override
    public void destroy() {
        clock.shutdownNow();
    }
}
