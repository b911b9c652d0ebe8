package io.keyedsequential.spring.aop.key;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;

/** Any expression: SpEL evaluates it. */
final class SpelKey implements KeyExpression {

    private final Expression expression;
    private final Map<String, Integer> positions;

    /** Its accessors and resolvers are shared by all evaluations, and with them what they have cached. */
    private final EvaluationContext shared;

    SpelKey(Expression expression, Parameters parameters, EvaluationContext shared) {
        this.expression = expression;
        this.positions = parameters.positions();
        this.shared = shared;
    }

    @Override
    public @Nullable Object evaluate(@Nullable Object[] arguments) {
        return expression.getValue(new CallContext(shared, positions, arguments));
    }

    @Override
    public String toString() {
        return expression.getExpressionString();
    }
}
