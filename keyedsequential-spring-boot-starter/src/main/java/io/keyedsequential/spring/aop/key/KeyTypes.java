package io.keyedsequential.spring.aop.key;

import io.keyedsequential.Keys;
import io.keyedsequential.spring.aop.key.KeyExpressions.Parameters;
import io.keyedsequential.spring.aop.key.PathKey.PropertyStep;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Elvis;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Ternary;
import org.springframework.expression.spel.ast.VariableReference;

/**
 * What the declarations that a key expression goes through tell of the type of the key. Refuses types without sound
 * {@code equals}: with them no two calls would be of one key.
 */
final class KeyTypes {

    private final Parameters parameters;
    private final Method method;
    private final Class<?> targetClass;

    KeyTypes(Parameters parameters, Method method, Class<?> targetClass) {
        this.parameters = parameters;
        this.method = method;
        this.targetClass = targetClass;
    }

    /**
     * Refuses an expression of which it is known that its values are no sound keys.
     *
     * @return the type of its values, or {@code null} if declarations do not tell
     */
    @Nullable
    Class<?> check(String text, SpelNode expression) {
        List<ResolvableType> types = new ArrayList<>();
        collect(expression, types);
        types.stream()
                .map(KeyTypes::objection)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(objection -> {
                    throw new MisconfiguredAtomException(
                            "The key '%s' of %s orders nothing: %s."
                                    .formatted(text, Methods.describe(method), cause(objection)),
                            "%s. What is compared by what it holds can be made of it in the expression."
                                    .formatted(remedy(objection)));
                });
        return expression instanceof InlineList || types.size() != 1
                ? null
                : types.get(0).resolve();
    }

    private static @Nullable String objection(ResolvableType type) {
        Class<?> resolved = type.resolve();
        return !(type.getType() instanceof TypeVariable<?>)
                ? Keys.objection(type.getType())
                : resolved == null ? null : Keys.objection(resolved);
    }

    private static String cause(String objection) {
        int end = objection.lastIndexOf(": ");
        return end < 0 ? objection : objection.substring(0, end);
    }

    private static String remedy(String objection) {
        String remedy = objection.substring(objection.lastIndexOf(": ") < 0 ? 0 : objection.lastIndexOf(": ") + 2);
        return Character.toUpperCase(remedy.charAt(0)) + remedy.substring(1);
    }

    /** The types of which a value of the expression is, or is made. */
    private void collect(SpelNode node, List<ResolvableType> types) {
        if (node instanceof InlineList || node instanceof Elvis) {
            for (int i = 0; i < node.getChildCount(); i++) {
                collect(node.getChild(i), types);
            }
        } else if (node instanceof Ternary) {
            collect(node.getChild(1), types);
            collect(node.getChild(2), types);
        } else {
            ResolvableType type = typeOf(node);
            if (type != null) {
                types.add(type);
            }
        }
    }

    private @Nullable ResolvableType typeOf(SpelNode node) {
        if (node instanceof VariableReference variable) {
            Integer index = parameters.positions().get(variable.toStringAST().substring(1));
            return index == null ? null : ResolvableType.forMethodParameter(method, index, targetClass);
        }
        if (!(node instanceof CompoundExpression)) {
            return null;
        }
        ResolvableType type = typeOf(node.getChild(0));
        for (int i = 1; i < node.getChildCount() && type != null; i++) {
            type = step(type, node.getChild(i));
        }
        return type;
    }

    private @Nullable ResolvableType step(ResolvableType type, SpelNode step) {
        if (step instanceof PropertyOrFieldReference property) {
            return PropertyStep.find(type, property.getName())
                    .map(PropertyStep::type)
                    .orElse(null);
        }
        Class<?> raw = type.resolve();
        if (!(step instanceof MethodReference called) || raw == null || raw == Object.class) {
            return null;
        }
        List<Method> methods = Arrays.stream(raw.getMethods())
                .filter(candidate -> candidate.getName().equals(called.getName())
                        && candidate.getParameterCount() == called.getChildCount()
                        && !candidate.isBridge())
                .toList();
        return methods.size() == 1 ? ResolvableType.forMethodReturnType(methods.get(0), raw) : null;
    }
}
