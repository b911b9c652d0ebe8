package io.keyedsequential.spring.aop.key;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parameter, or a path of properties that begins with one: read without SpEL. A value that is not of the declared
 * type (as an unchecked cast of the application can make it) goes to SpEL.
 */
final class PathKey implements KeyExpression {

    private final int parameter;
    private final PropertyStep[] path;
    private final KeyExpression otherwise;

    PathKey(int parameter, List<PropertyStep> path, KeyExpression otherwise) {
        this.parameter = parameter;
        this.path = path.toArray(PropertyStep[]::new);
        this.otherwise = otherwise;
    }

    @Override
    public @Nullable Object evaluate(@Nullable Object[] arguments) {
        Object value = arguments[parameter];
        for (PropertyStep step : path) {
            if (value == null) {
                throw new NullPointerException("there is no '" + step.property() + "' of null");
            }
            if (!step.reads(value)) {
                return otherwise.evaluate(arguments);
            }
            value = step.read(value);
        }
        return value;
    }

    @Override
    public String toString() {
        return otherwise.toString();
    }
}
