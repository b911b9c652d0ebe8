package io.keyedsequential.spring.aop;

import io.keyedsequential.LabeledOperation;
import io.keyedsequential.OneLine;
import io.keyedsequential.spring.aop.key.KeyExpression;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/** Takes the label from the arguments of a call. A label is a courtesy: a call is made whatever becomes of it. */
final class LabelExpression {

    private static final Log log = LogFactory.getLog(LabelExpression.class);

    private final KeyExpression expression;
    private final OperationSignature signature;
    private final Method method;
    private final AtomicBoolean failed = new AtomicBoolean();

    LabelExpression(KeyExpression expression, OperationSignature signature, Method method) {
        this.expression = expression;
        this.signature = signature;
        this.method = method;
    }

    /**
     * The label on one line and cut; {@code null} if there is none. The value is asked here, while it is the caller's.
     */
    @Nullable
    String evaluate(@Nullable Object[] arguments) {
        try {
            Object value = expression.evaluate(arguments);
            String text = value == null ? null : value.toString();
            return text == null ? null : OneLine.of(text, LabeledOperation.MOST_CHARACTERS);
        } catch (Exception | LinkageError | StackOverflowError e) {
            if (failed.compareAndSet(false, true)) {
                log.warn(
                        "%s: the label '%s' of %s cannot be evaluated; the calls run without one (said once)"
                                .formatted(signature.atom(), expression, Methods.describe(method)),
                        e);
            }
            return null;
        }
    }
}
