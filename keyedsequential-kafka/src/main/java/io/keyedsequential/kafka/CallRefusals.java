package io.keyedsequential.kafka;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.engine.ArgumentCodec.StoredMethodChecks;
import io.keyedsequential.spring.engine.AtomEngine.Objection;
import io.keyedsequential.spring.engine.StoredOperation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What methods and options ask for that the engine {@code kafka} cannot do, found at start-up. */
final class CallRefusals {

    private final StoredMethodChecks methods;

    CallRefusals(StoredMethodChecks methods) {
        this.methods = methods;
    }

    Optional<Objection> objection(StoredOperation operation, CoordinatorOptions options) {
        String atom = operation.signature().atom();
        return methods.objection(operation).or(() -> attributes(operation)).or(() -> options(atom, options));
    }

    private static Optional<Objection> attributes(StoredOperation operation) {
        if (operation.hasIdempotencyKey()) {
            return Optional.of(attribute(
                    operation,
                    "idempotencyKey",
                    "a topic does not say whether a call is in it",
                    "Let the body find out by its own data whether it has been run"));
        }
        return operation.hasRunAfter()
                ? Optional.of(attribute(
                        operation,
                        "runAfter",
                        "a call that waits would hold up what is acknowledged of its partition",
                        "Store what is to happen later where it can be looked for"))
                : Optional.empty();
    }

    private static Objection attribute(StoredOperation operation, String name, String why, String instead) {
        return new Objection(
                "%s.%s has %s, which the engine 'kafka' of the atom '%s' cannot honour: %s."
                        .formatted(
                                operation.method().getDeclaringClass().getName(),
                                operation.method().getName(),
                                name,
                                operation.signature().atom(),
                                why),
                "%s, and remove the attribute; or set %s.engine to jdbc."
                        .formatted(
                                instead, AtomName.property(operation.signature().atom())));
    }

    private Optional<Objection> options(String atom, CoordinatorOptions options) {
        Map<String, String> refused = new LinkedHashMap<>();
        refuse(
                refused,
                options.perKeyConcurrency() == 1,
                "per-key-concurrency",
                "operations of a key run one at a time");
        refuse(
                refused,
                options.capacity() == KafkaAtomEngine.CAPACITY,
                "capacity",
                "the topic holds what there is room for on its disks; kafka.window says how many calls of a partition "
                        + "are taken over at most");
        refuse(
                refused,
                options.capacityPerKey() == KafkaAtomEngine.CAPACITY,
                "capacity-per-key",
                "the topic holds what there is room for on its disks");
        refuse(
                refused,
                options.overflowPolicy() == CoordinatorOptions.DEFAULT_OVERFLOW_POLICY,
                "overflow-policy",
                "there is no bound that could be reached");
        refuse(
                refused,
                options.queueTimeout() == null,
                "queue-timeout",
                "what is in the topic waits until it runs, across restarts");
        refuse(
                refused,
                options.signals() == null
                        && isNull(options.deferOn())
                        && isNull(options.resumeOn())
                        && isNull(options.shedOn())
                        && isNull(options.drainOn()),
                "signals",
                "a signal is known to one process, and keys run in several");
        return refused.entrySet().stream()
                .findFirst()
                .map(option -> methods.option(atom, option.getKey(), option.getValue()));
    }

    private static boolean isNull(@Nullable Object value) {
        return value == null;
    }

    private static void refuse(Map<String, String> refused, boolean isDefault, String option, String why) {
        if (!isDefault) {
            refused.put(option, why);
        }
    }
}
