package io.keyedsequential.jdbc;

import io.keyedsequential.spring.engine.StoredOperation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Which bodies of an atom run in the transaction that deletes their item. For any thread. */
final class Completions {

    private final Completion completion;
    private final BodyTransactions transactions;
    private final Map<Method, Boolean> withBody = new ConcurrentHashMap<>();

    Completions(Completion completion, BodyTransactions transactions) {
        this.completion = completion;
        this.transactions = transactions;
    }

    /** The transaction of a body; {@code null} if its item is deleted after it. */
    @Nullable
    BodyTransaction transactionOf(StoredOperation operation) {
        return withBody.computeIfAbsent(operation.method(), method -> isWithBody(operation))
                ? transactions.get()
                : null;
    }

    private boolean isWithBody(StoredOperation operation) {
        return switch (completion) {
            case WITH_BODY -> true;
            case AFTER_BODY -> false;
            case AUTO -> transactions.isPresent() && joins(operation);
        };
    }

    /** Whether the method's own transaction is one that joins a plain one of the engine's DataSource. */
    private boolean joins(StoredOperation operation) {
        Method method = operation.method();
        Transactional transactional = AnnotatedElementUtils.findMergedAnnotation(method, Transactional.class);
        if (transactional == null) {
            transactional = AnnotatedElementUtils.findMergedAnnotation(method.getDeclaringClass(), Transactional.class);
        }
        return transactional != null
                && (transactional.propagation() == Propagation.REQUIRED
                        || transactional.propagation() == Propagation.MANDATORY)
                && transactional.isolation() == Isolation.DEFAULT
                && !transactional.readOnly()
                && transactions.isNamed(transactional.transactionManager());
    }
}
