package io.keyedsequential.spring.aop.key;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.util.StringUtils;

/** Makes key expressions from text, and refuses those that could not work. */
public final class KeyExpressions {

    /** {@code #order}, {@code #p0}, {@code #order.customer.id}. */
    private static final Pattern PATH = Pattern.compile("#(\\w+)((?:\\.\\w+)*)");

    private final SpelExpressionParser parser = new SpelExpressionParser();
    private final ParameterNameDiscoverer parameterNames = new DefaultParameterNameDiscoverer();
    private final StandardEvaluationContext shared = new StandardEvaluationContext();

    /**
     * Expressions may ask beans.
     *
     * @param beanFactory has the beans that {@code @name} refers to
     */
    public KeyExpressions(BeanFactory beanFactory) {
        shared.setBeanResolver(new BeanFactoryResolver(beanFactory));
    }

    /**
     * The expression, checked.
     *
     * @param attribute of the annotation, for messages
     * @param text the expression as it is written
     * @param method the method that carries the annotation, whose parameters it names
     * @param targetClass the class of the bean
     * @return the expression
     * @throws MisconfiguredAtomException if it could not work, with a remedy
     */
    public KeyExpression parse(String attribute, String text, Method method, Class<?> targetClass) {
        Parameters parameters = new Parameters(method, parameterNames);
        SpelExpression expression = parseSpel(attribute, text, method, parameters);
        KeyExpression spel = new SpelKey(expression, parameters, shared);
        Matcher path = PATH.matcher(text.strip());
        if (!path.matches()) {
            return spel;
        }
        int index = parameters.indexOf(path.group(1));
        ResolvableType type = ResolvableType.forMethodParameter(method, index, targetClass);
        List<PropertyStep> steps = new ArrayList<>();
        for (String property : StringUtils.tokenizeToStringArray(path.group(2), ".")) {
            Optional<PropertyStep> step = PropertyStep.find(type, property);
            if (step.isEmpty()) {
                refuseIfMissing(type, property, attribute, text, method);
                return spel;
            }
            steps.add(step.get());
            type = step.get().type();
        }
        return new PathKey(index, steps, spel);
    }

    /**
     * Refuses an expression of which declarations tell that its values are no sound keys.
     *
     * @param text the expression as it is written
     * @param method the method that carries the annotation
     * @param targetClass the class of the bean
     * @return the declared type of its values, or {@code null} if declarations do not tell
     * @throws MisconfiguredAtomException if they are no sound keys
     */
    public @Nullable Class<?> checkType(String text, Method method, Class<?> targetClass) {
        return new KeyTypes(new Parameters(method, parameterNames), method, targetClass)
                .check(text, parser.parseRaw(text).getAST());
    }

    private SpelExpression parseSpel(String attribute, String text, Method method, Parameters parameters) {
        if (text.isBlank()) {
            throw new MisconfiguredAtomException(
                    "The %s of %s is empty.".formatted(attribute, Methods.describe(method)),
                    "Set %s to an expression over the parameters: %s.".formatted(attribute, parameters.variables()));
        }
        SpelExpression expression;
        try {
            expression = parser.parseRaw(text);
        } catch (ParseException | IllegalStateException e) {
            throw new MisconfiguredAtomException(
                    "The %s '%s' of %s is no SpEL expression: %s."
                            .formatted(attribute, text, Methods.describe(method), e.getMessage()),
                    "Correct the expression; it may refer to %s.".formatted(parameters.variables()),
                    e);
        }
        new SpelVariables(parameters).findUnknown(expression.getAST()).ifPresent(unknown -> {
            boolean named = parameters.areNamed() || !unknown.startsWith("#");
            throw named
                    ? unknown(attribute, text, method, parameters, unknown)
                    : nameless(attribute, text, method, parameters);
        });
        return expression;
    }

    private static MisconfiguredAtomException unknown(
            String attribute, String text, Method method, Parameters parameters, String unknown) {
        return new MisconfiguredAtomException(
                "The %s '%s' of %s refers to %s. It would be null for every call."
                        .formatted(attribute, text, Methods.describe(method), unknown),
                method.getParameterCount() == 0
                        ? "The method has no parameters to refer to; give it one, or ask a bean: @tenants.current()."
                        : "Refer to one of: %s.".formatted(parameters.variables()));
    }

    private static MisconfiguredAtomException nameless(
            String attribute, String text, Method method, Parameters parameters) {
        return new MisconfiguredAtomException(
                "The %s '%s' of %s names a parameter, but %s was compiled without the names of parameters."
                        .formatted(
                                attribute,
                                text,
                                Methods.describe(method),
                                method.getDeclaringClass().getTypeName()),
                ("Compile it with -parameters (Maven: "
                                + "<maven.compiler.parameters>true</maven.compiler.parameters>; Gradle: "
                                + "options.compilerArgs.add(\"-parameters\")), or name parameters by their position: "
                                + "%s.")
                        .formatted(parameters.variables()));
    }

    private static void refuseIfMissing(
            ResolvableType type, String property, String attribute, String text, Method method) {
        if (PropertyStep.isSurelyMissing(type, property)) {
            throw new MisconfiguredAtomException(
                    "The %s '%s' of %s reads '%s', which %s does not have."
                            .formatted(attribute, text, Methods.describe(method), property, type),
                    "Name a property with a public getter or a record component of %s.".formatted(type));
        }
    }
}
