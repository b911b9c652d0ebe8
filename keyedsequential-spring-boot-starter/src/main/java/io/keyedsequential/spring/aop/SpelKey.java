package io.keyedsequential.spring.aop;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/** Any expression: SpEL evaluates it. */
final class SpelKey implements KeyExpression {

    /** There is no root object: {@link SpelVariables} refuses expressions that want one. */
    private static final Object NO_ROOT = new Object();

    private final Expression expression;
    private final Method method;
    private final ParameterNameDiscoverer parameterNames;

    /** Its accessors and resolvers are shared by all evaluations, and with them what they have cached. */
    private final StandardEvaluationContext shared;

    SpelKey(
            Expression expression,
            Method method,
            ParameterNameDiscoverer parameterNames,
            StandardEvaluationContext shared) {
        this.expression = expression;
        this.method = method;
        this.parameterNames = parameterNames;
        this.shared = shared;
    }

    @Override
    public @Nullable Object evaluate(@Nullable Object[] arguments) {
        MethodBasedEvaluationContext context =
                new MethodBasedEvaluationContext(NO_ROOT, method, arguments, parameterNames);
        shared.applyDelegatesTo(context);
        return expression.getValue(context);
    }

    @Override
    public String toString() {
        return expression.getExpressionString();
    }
}
