package io.keyedsequential.jdbc;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.engine.AtomEngine.Objection;
import io.keyedsequential.spring.engine.StoredOperation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What methods and options ask for that this engine cannot do, found at start-up. */
final class Refusals {

    private final ArgumentCodec arguments;
    private final BodyTransactions transactions;

    Refusals(ArgumentCodec arguments, BodyTransactions transactions) {
        this.arguments = arguments;
        this.transactions = transactions;
    }

    Optional<Objection> objection(StoredOperation operation, CoordinatorOptions options, AtomCompletion completion) {
        String atom = operation.signature().atom();
        return returnType(operation.method(), atom)
                .or(() -> names(operation))
                .or(() -> parameters(operation.method(), atom))
                .or(() -> options(atom, options))
                .or(() -> completion(atom, completion));
    }

    private static Optional<Objection> returnType(Method method, String atom) {
        return method.getReturnType() == void.class
                ? Optional.empty()
                : Optional.of(new Objection(
                        ("%s returns %s, and the atom '%s' has the engine 'jdbc': the body may run in "
                                        + "another process, after this one has ended, and what becomes of it is not "
                                        + "stored for the caller.")
                                .formatted(
                                        describe(method),
                                        method.getGenericReturnType().getTypeName(),
                                        atom),
                        ("Return void, and let the body hand on what comes of it; or set "
                                        + "keyedsequential.atoms.%s.engine: memory.")
                                .formatted(atom)));
    }

    private static Optional<Objection> names(StoredOperation operation) {
        String atom = operation.signature().atom();
        String name = operation.signature().operation();
        return atom.length() <= 100 && name.length() <= 200
                ? Optional.empty()
                : Optional.of(new Objection(
                        ("The names of the atom '%s' and of its operation '%s' have %d and %d "
                                        + "characters; the engine 'jdbc' stores 100 and 200.")
                                .formatted(atom, name, atom.length(), name.length()),
                        "Use shorter names."));
    }

    private Optional<Objection> parameters(Method method, String atom) {
        Type[] types = method.getGenericParameterTypes();
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < types.length; i++) {
            String objection = arguments.objection(types[i]);
            if (objection != null) {
                return Optional.of(
                        new Objection(
                                ("Parameter %d of %s (%s) cannot be stored, as the engine 'jdbc' of "
                                                + "the atom '%s' has to: %s %s.")
                                        .formatted(
                                                i + 1,
                                                describe(method),
                                                parameters[i].getName(),
                                                atom,
                                                types[i].getTypeName(),
                                                objection),
                                "Pass plain data that another process can read; beans are injected into the bean of the method."));
            }
        }
        return Optional.empty();
    }

    private static Optional<Objection> options(String atom, CoordinatorOptions options) {
        Map<String, String> refused = new LinkedHashMap<>();
        refuse(
                refused,
                "per-key-concurrency",
                options.perKeyConcurrency() == 1,
                "operations of a key run one at a time");
        refuse(refused, "fair-scheduling", !options.fairScheduling(), "lanes take turns anyway");
        refuse(
                refused,
                "queue-timeout",
                options.queueTimeout() == null,
                "what is stored waits until it runs, across restarts");
        refuse(
                refused,
                "capacity",
                options.capacity() == CoordinatorOptions.DEFAULT_CAPACITY
                        && options.capacityPerKey() == CoordinatorOptions.DEFAULT_CAPACITY,
                "the database holds what there is room for on its disk");
        refuse(
                refused,
                "overflow-policy",
                options.overflowPolicy() == CoordinatorOptions.DEFAULT_OVERFLOW_POLICY
                        && options.overflowPolicy() == OverflowPolicy.BLOCK,
                "there is no bound that could be reached");
        refuse(
                refused,
                "signals",
                options.signals() == null && isNone(options),
                "a signal is known to one process, and lanes run in several");
        return refused.entrySet().stream()
                .findFirst()
                .map(option -> new Objection(
                        "The atom '%s' sets %s, which the engine 'jdbc' cannot honour: %s."
                                .formatted(atom, option.getKey(), option.getValue()),
                        ("Remove keyedsequential.atoms.%s.%s, or what sets it in "
                                        + "keyedsequential.defaults or the annotation; or use the engine 'memory'.")
                                .formatted(atom, option.getKey())));
    }

    private static boolean isNone(CoordinatorOptions options) {
        return isNull(options.deferOn())
                && isNull(options.resumeOn())
                && isNull(options.shedOn())
                && isNull(options.drainOn());
    }

    private static boolean isNull(@Nullable Object value) {
        return value == null;
    }

    private static void refuse(Map<String, String> refused, String option, boolean isDefault, String why) {
        if (!isDefault) {
            refused.put(option, why);
        }
    }

    private Optional<Objection> completion(String atom, AtomCompletion completion) {
        return completion.completion() != Completion.WITH_BODY || transactions.isPresent()
                ? Optional.empty()
                : Optional.of(new Objection(
                        ("keyedsequential.atoms.%s.jdbc.completion is with-body, and no transaction "
                                        + "manager of the application manages the DataSource that keeps the operations.")
                                .formatted(atom),
                        "Define one for that DataSource, or set the completion to after-body."));
    }

    private static String describe(Method method) {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }
}
