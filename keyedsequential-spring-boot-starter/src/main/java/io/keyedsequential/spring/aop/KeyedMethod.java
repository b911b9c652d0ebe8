package io.keyedsequential.spring.aop;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Everything about one annotated method that does not change from call to call. */
final class KeyedMethod {

    private final Method method;
    private final OperationSignature signature;
    private final KeyExpression key;
    private final ReturnStyle returnStyle;
    private final AtomRegistry registry;
    private final UncaughtFailures failures;
    private final BlockingFutures blockingFutures;

    /** Looked up at the first call: only when all methods have been seen are the atom's settings known. */
    private volatile @Nullable KeyedCoordinator<Object> coordinator;

    KeyedMethod(
            Method method,
            OperationSignature signature,
            KeyExpression key,
            ReturnStyle returnStyle,
            AtomRegistry registry,
            UncaughtFailures failures,
            BlockingFutures blockingFutures) {
        this.method = method;
        this.signature = signature;
        this.key = key;
        this.returnStyle = returnStyle;
        this.registry = registry;
        this.failures = failures;
        this.blockingFutures = blockingFutures;
    }

    @Nullable
    Object enqueue(MethodInvocation call) {
        return returnStyle.enqueue(this, call);
    }

    Object keyOf(MethodInvocation call) {
        Object value;
        try {
            value = key.evaluate(call.getArguments());
        } catch (RuntimeException e) {
            throw new KeyEvaluationException(
                    "%s: the key '%s' of %s cannot be evaluated: %s"
                            .formatted(signature.atom(), key, Methods.describe(method), e.getMessage()),
                    e);
        }
        if (value == null) {
            throw new KeyEvaluationException(
                    "%s: the key '%s' of %s is null; every call needs a key"
                            .formatted(signature.atom(), key, Methods.describe(method)),
                    null);
        }
        return value;
    }

    KeyedCoordinator<Object> coordinator() {
        KeyedCoordinator<Object> known = coordinator;
        if (known == null) {
            known = registry.coordinator(signature.atom());
            coordinator = known;
        }
        return known;
    }

    OperationSignature signature() {
        return signature;
    }

    UncaughtFailures failures() {
        return failures;
    }

    BlockingFutures blockingFutures() {
        return blockingFutures;
    }
}
