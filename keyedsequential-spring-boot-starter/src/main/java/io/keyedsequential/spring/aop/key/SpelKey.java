package io.keyedsequential.spring.aop.key;

import io.keyedsequential.spring.aop.key.KeyExpressions.KeyExpression;
import io.keyedsequential.spring.aop.key.KeyExpressions.Parameters;
import io.keyedsequential.spring.aop.key.KeyExpressions.SpelVariables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.ConstructorResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.IndexAccessor;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.OperatorOverloader;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypeComparator;
import org.springframework.expression.TypeConverter;
import org.springframework.expression.TypeLocator;
import org.springframework.expression.TypedValue;

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

    /**
     * What an expression sees of one call. Its variables are the arguments, read where they are: Spring's own context
     * for methods copies each of them under three names into a map, and the lists of accessors too, which costs as much
     * as the rest of the evaluation. Everything that is not of this call is the shared context's. Confined to the
     * call's thread.
     */
    static final class CallContext implements EvaluationContext {

        /** There is no root object: {@link SpelVariables} refuses expressions that want one. */
        private static final TypedValue NO_ROOT = new TypedValue(new Object());

        private final EvaluationContext shared;
        private final Map<String, Integer> positions;
        private final @Nullable Object[] arguments;

        /** What the expression itself assigns; hardly any does. */
        private @Nullable Map<String, @Nullable Object> assigned;

        CallContext(EvaluationContext shared, Map<String, Integer> positions, @Nullable Object[] arguments) {
            this.shared = shared;
            this.positions = positions;
            this.arguments = arguments;
        }

        @Override
        public TypedValue getRootObject() {
            return NO_ROOT;
        }

        @Override
        public @Nullable Object lookupVariable(String name) {
            if (assigned != null && assigned.containsKey(name)) {
                return assigned.get(name);
            }
            Integer position = positions.get(name);
            return position == null ? null : arguments[position];
        }

        @Override
        public void setVariable(String name, @Nullable Object value) {
            if (assigned == null) {
                assigned = new HashMap<>();
            }
            assigned.put(name, value);
        }

        @Override
        public List<PropertyAccessor> getPropertyAccessors() {
            return shared.getPropertyAccessors();
        }

        @Override
        public List<IndexAccessor> getIndexAccessors() {
            return shared.getIndexAccessors();
        }

        @Override
        public List<ConstructorResolver> getConstructorResolvers() {
            return shared.getConstructorResolvers();
        }

        @Override
        public List<MethodResolver> getMethodResolvers() {
            return shared.getMethodResolvers();
        }

        @Override
        public @Nullable BeanResolver getBeanResolver() {
            return shared.getBeanResolver();
        }

        @Override
        public TypeLocator getTypeLocator() {
            return shared.getTypeLocator();
        }

        @Override
        public TypeConverter getTypeConverter() {
            return shared.getTypeConverter();
        }

        @Override
        public TypeComparator getTypeComparator() {
            return shared.getTypeComparator();
        }

        @Override
        public OperatorOverloader getOperatorOverloader() {
            return shared.getOperatorOverloader();
        }

        @Override
        public boolean isCompilationSupported() {
            return shared.isCompilationSupported();
        }
    }
}
