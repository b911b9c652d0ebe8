package io.keyedsequential.jdbc;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.engine.ArgumentCodec.StoredMethodChecks;
import io.keyedsequential.spring.engine.AtomEngine.Objection;
import io.keyedsequential.spring.engine.StoredOperation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What methods and options ask for that this engine cannot do, found at start-up. */
final class Refusals {

    private final StoredMethodChecks methods;
    private final BodyTransactions transactions;

    Refusals(StoredMethodChecks methods, BodyTransactions transactions) {
        this.methods = methods;
        this.transactions = transactions;
    }

    Optional<Objection> objection(StoredOperation operation, CoordinatorOptions options, AtomCompletion completion) {
        String atom = operation.signature().atom();
        return methods.objection(operation)
                .or(() -> names(operation))
                .or(() -> options(atom, options))
                .or(() -> completion(atom, completion));
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

    private Optional<Objection> options(String atom, CoordinatorOptions options) {
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
                .map(option -> methods.option(atom, option.getKey(), option.getValue()));
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
}
