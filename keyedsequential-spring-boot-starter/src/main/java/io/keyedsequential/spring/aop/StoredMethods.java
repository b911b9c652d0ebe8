package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.StoredMethod.Attributes;
import io.keyedsequential.spring.aop.StoredMethod.Delivery;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.keyedsequential.spring.engine.AtomEngine.EngineAtom;
import io.keyedsequential.spring.engine.AtomEngines;
import io.keyedsequential.spring.engine.HeaderCarrier;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.function.SingletonSupplier;

/** Those annotated methods whose atom an engine keeps, and what they share. */
final class StoredMethods {

    private final AtomEngines engines;
    private final ConfigurableBeanFactory beanFactory;
    private final Headers headers;
    private final InvocationDecorators decorators;
    private final UncaughtFailures failures;

    /** What is being delivered on this thread: the interceptor lets that one call through. */
    private final ThreadLocal<@Nullable Delivery> deliveries = new ThreadLocal<>();

    StoredMethods(
            AtomEngines engines,
            ConfigurableBeanFactory beanFactory,
            Headers headers,
            InvocationDecorators decorators,
            UncaughtFailures failures) {
        this.engines = engines;
        this.beanFactory = beanFactory;
        this.headers = headers;
        this.decorators = decorators;
        this.failures = failures;
    }

    /** What the calls of a method become, or {@code null} if its atom is kept in memory; refuses what cannot be. */
    @Nullable
    StoredMethod of(KeyedMethod method, RegisteredAtom atom) {
        if (atom.isInMemory()) {
            refuseInMemory(method, atom);
            return null;
        }
        refuseReturnType(method, atom);
        refuseScope(method, atom);
        StoredMethod stored = new StoredMethod(method, this);
        EngineAtom engine = engines.keeping(stored, atom);
        if (engine == null) {
            return null;
        }
        stored.keptBy(engine);
        return stored;
    }

    private static void refuseInMemory(KeyedMethod method, RegisteredAtom atom) {
        Attributes attributes = method.storedAttributes();
        String attribute = attributes.idempotencyKey() != null
                ? "idempotencyKey"
                : attributes.runAfter() != null ? "runAfter" : null;
        if (attribute != null) {
            throw new MisconfiguredAtomException(
                    ("%s has %s = \"%s\", and the atom '%s' is kept in memory, which forgets what has "
                                    + "ended and starts what it has as soon as it can.")
                            .formatted(
                                    Methods.describe(method.method()),
                                    attribute,
                                    attributes.idempotencyKey() != null
                                            ? attributes.idempotencyKey()
                                            : attributes.runAfter(),
                                    atom.name()),
                    atom.owned()
                            ? "Set %s.engine to one that stores calls, such as jdbc, or remove the attribute."
                                    .formatted(AtomName.property(atom.name()))
                            : "Remove the attribute: %s builds the atom itself.".formatted(atom.declaredBy()));
        }
    }

    /** Engines may refuse more. */
    private static void refuseReturnType(KeyedMethod method, RegisteredAtom atom) {
        Method called = method.method();
        boolean nothing = method.returnStyle() == ReturnStyle.VOID;
        boolean futureOfNothing = method.returnStyle() == ReturnStyle.STAGE
                && ResolvableType.forMethodReturnType(called).getGeneric(0).resolve(Object.class) == Void.class;
        if (!nothing && !futureOfNothing) {
            throw new MisconfiguredAtomException(
                    ("%s returns %s, and the engine '%s' keeps the atom '%s': a call may run on "
                                    + "another instance, and after its caller's process has ended, so that no result "
                                    + "comes back.")
                            .formatted(
                                    Methods.describe(called),
                                    ResolvableType.forMethodReturnType(called),
                                    atom.engine(),
                                    atom.name()),
                    "Return void, and pass the result on in the body; or set %s.engine to memory."
                            .formatted(AtomName.property(atom.name())));
        }
    }

    private void refuseScope(KeyedMethod method, RegisteredAtom atom) {
        String bean = method.storedAttributes().beanName();
        if (!beanFactory.containsBean(bean) || !beanFactory.isSingleton(bean)) {
            throw new MisconfiguredAtomException(
                    ("The bean '%s' is no singleton, and the engine '%s' keeps the atom '%s' of %s: "
                                    + "which instance a stored call is for cannot be said later.")
                            .formatted(bean, atom.engine(), atom.name(), Methods.describe(method.method())),
                    "Move the method to a singleton, or set %s.engine to memory."
                            .formatted(AtomName.property(atom.name())));
        }
    }

    Object bean(String name) {
        return beanFactory.getBean(name);
    }

    Headers headers() {
        return headers;
    }

    InvocationDecorators decorators() {
        return decorators;
    }

    UncaughtFailures failures() {
        return failures;
    }

    ThreadLocal<@Nullable Delivery> deliveries() {
        return deliveries;
    }

    /** What travels with stored calls: all carriers as one. */
    static final class Headers {

        private final SingletonSupplier<List<HeaderCarrier>> carriers;

        /** Looks the carriers up at the first call. */
        Headers(ObjectProvider<HeaderCarrier> carriers) {
            this.carriers = SingletonSupplier.of(() -> carriers.orderedStream().toList());
        }

        Map<String, String> capture() {
            List<HeaderCarrier> asked = carriers.obtain();
            if (asked.isEmpty()) {
                return Map.of();
            }
            Map<String, String> headers = new LinkedHashMap<>();
            asked.forEach(carrier -> carrier.capture(headers::put));
            return Collections.unmodifiableMap(headers);
        }

        /** Puts them in place, the first carrier outermost; what is returned takes all away again. */
        HeaderCarrier.Restored restore(Map<String, String> headers) {
            Deque<HeaderCarrier.Restored> restored = new ArrayDeque<>();
            try {
                carriers.obtain().forEach(carrier -> restored.push(carrier.restore(headers)));
            } catch (RuntimeException | Error e) {
                close(restored); // those before it have put something in place
                throw e;
            }
            return () -> close(restored);
        }

        /** All of them, whatever one throws. */
        private static void close(Deque<HeaderCarrier.Restored> restored) {
            HeaderCarrier.Restored last = restored.poll();
            if (last != null) {
                try {
                    last.close();
                } finally {
                    close(restored);
                }
            }
        }
    }
}
