package io.keyedsequential.spring.aop.key;

import io.keyedsequential.spring.aop.key.KeyExpressions.KeyExpression;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.StringUtils;

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

    /** Reads one property through its accessor, found once. */
    static final class PropertyStep {

        private static final MethodType OBJECT_TO_OBJECT = MethodType.methodType(Object.class, Object.class);

        private final String property;
        private final Class<?> owner;
        private final MethodHandle accessor;
        private final ResolvableType type;

        private PropertyStep(String property, Class<?> owner, MethodHandle accessor, ResolvableType type) {
            this.property = property;
            this.owner = owner;
            this.accessor = accessor;
            this.type = type;
        }

        /** The step, or empty if it is to be left to SpEL: no accessor that is surely the one SpEL would take. */
        static Optional<PropertyStep> find(ResolvableType owner, String property) {
            Class<?> type = owner.resolve();
            Method accessor = type == null ? null : accessor(type, property);
            if (type == null || accessor == null || !accessor.trySetAccessible()) {
                return Optional.empty();
            }
            try {
                MethodHandle handle = MethodHandles.lookup().unreflect(accessor).asType(OBJECT_TO_OBJECT);
                ResolvableType result =
                        ResolvableType.forType(accessor.getGenericReturnType(), owner.as(accessor.getDeclaringClass()));
                return Optional.of(new PropertyStep(property, type, handle, result));
            } catch (IllegalAccessException e) {
                return Optional.empty();
            }
        }

        /** Whether SpEL could find nothing under this name in any value of this type: the type has no subtypes. */
        static boolean isSurelyMissing(ResolvableType owner, String property) {
            Class<?> type = owner.resolve();
            return type != null
                    && Modifier.isFinal(type.getModifiers())
                    && !type.isArray()
                    && !type.isPrimitive()
                    && !KotlinDetector.isKotlinType(type)
                    && accessor(type, property) == null
                    && !hasPublicField(type, property);
        }

        String property() {
            return property;
        }

        /** The declared type of the property. */
        ResolvableType type() {
            return type;
        }

        boolean reads(Object value) {
            return owner.isInstance(value);
        }

        @Nullable
        Object read(Object value) {
            try {
                return (Object) accessor.invokeExact(value);
            } catch (Throwable e) {
                throw Methods.rethrow(e);
            }
        }

        /** A getter before a record's accessor, as SpEL has it. */
        private static @Nullable Method accessor(Class<?> type, String property) {
            String capitalized = StringUtils.capitalize(property);
            for (String getter : List.of("get" + property, "get" + capitalized)) {
                Method method = publicMethod(type, getter);
                if (method != null) {
                    return method;
                }
            }
            Method is = publicMethod(type, "is" + capitalized);
            return is != null && isBoolean(is) ? is : publicMethod(type, property);
        }

        private static @Nullable Method publicMethod(Class<?> type, String name) {
            try {
                Method method = type.getMethod(name);
                return Modifier.isStatic(method.getModifiers()) || method.getReturnType() == void.class ? null : method;
            } catch (NoSuchMethodException e) {
                return null;
            }
        }

        private static boolean isBoolean(Method method) {
            return method.getReturnType() == boolean.class || method.getReturnType() == Boolean.class;
        }

        private static boolean hasPublicField(Class<?> type, String property) {
            return Arrays.stream(type.getFields())
                    .anyMatch(field -> field.getName().equals(property));
        }
    }
}
