package io.keyedsequential.spring.aop.key;

import io.keyedsequential.spring.aop.key.PathKey.PropertyStep;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
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

    /**
     * Finds what a key expression refers to in vain. SpEL evaluates an unknown variable to {@code null} without a word,
     * and every operation would share the one key {@code null}.
     */
    static final class SpelVariables {

        private final Parameters parameters;

        SpelVariables(Parameters parameters) {
            this.parameters = parameters;
        }

        /** The first reference to nothing, as a part of a sentence; empty if there is none. */
        Optional<String> findUnknown(SpelNode expression) {
            return walk(expression, false, true);
        }

        /**
         * Looks at a node and those below.
         *
         * @param ofElement whether it is evaluated for an element of a collection, which {@code #this} and plain names
         *     refer to
         * @param head whether nothing stands before it: a plain name then asks the root object, which there is none of
         */
        private Optional<String> walk(SpelNode node, boolean ofElement, boolean head) {
            if (node instanceof VariableReference) {
                String name = node.toStringAST().substring(1);
                boolean known = parameters.indexOf(name) >= 0 || (ofElement && name.equals("this"));
                return known ? Optional.empty() : Optional.of("#" + name + ", which is no parameter of the method");
            }
            if (node instanceof FunctionReference) {
                return Optional.of("the function " + node.toStringAST() + ", which does not exist");
            }
            if (head && !ofElement && (node instanceof PropertyOrFieldReference || node instanceof MethodReference)) {
                return Optional.of("'" + node.toStringAST() + "' without saying of what; parameters begin with #");
            }
            boolean ofElementBelow = ofElement
                    || node instanceof Selection
                    || node instanceof Projection
                    || node instanceof Indexer
                    || node instanceof InlineMap;
            for (int i = 0; i < node.getChildCount(); i++) {
                boolean headBelow = i == 0 || !(node instanceof CompoundExpression);
                Optional<String> unknown = walk(node.getChild(i), ofElementBelow, headBelow);
                if (unknown.isPresent()) {
                    return unknown;
                }
            }
            return Optional.empty();
        }
    }

    /** Takes the key from the arguments of a call. Its {@code toString()} is the expression as it is written. */
    public interface KeyExpression {

        /**
         * Reads the value. May throw what the application's accessors throw.
         *
         * @param arguments of the call
         * @return the value; {@code null} is for the caller to refuse
         */
        @Nullable
        Object evaluate(@Nullable Object[] arguments);
    }

    /** The parameters of a method, as a key expression may call them: by name, or as {@code p0} and {@code a0}. */
    static final class Parameters {

        private final Method method;
        private final String @Nullable [] names;

        Parameters(Method method, ParameterNameDiscoverer discoverer) {
            this.method = method;
            @Nullable String[] found = discoverer.getParameterNames(method);
            this.names = found == null || Arrays.asList(found).contains(null)
                    ? null
                    : Arrays.stream(found).toArray(String[]::new);
        }

        /** The index of the parameter with this name, or -1. */
        int indexOf(String variable) {
            int index = names == null ? -1 : Arrays.asList(names).indexOf(variable);
            if (index < 0 && variable.matches("[pa]\\d{1,3}")) {
                int position = Integer.parseInt(variable.substring(1));
                return position < method.getParameterCount() ? position : -1;
            }
            return index;
        }

        /** The same for all of them, once: the index of each variable. */
        Map<String, Integer> positions() {
            Map<String, Integer> positions = new HashMap<>();
            for (int i = 0; i < method.getParameterCount(); i++) {
                positions.put("p" + i, i);
                positions.put("a" + i, i);
            }
            for (int i = 0; names != null && i < names.length; i++) {
                positions.put(names[i], i); // a parameter that is called p0 is that one
            }
            return Map.copyOf(positions);
        }

        /** Whether the class file has the names. */
        boolean areNamed() {
            return names != null;
        }

        /** What an expression may refer to: {@code #order, #p0}. */
        String variables() {
            List<String> variables = new ArrayList<>();
            if (names != null) {
                Arrays.stream(names).forEach(name -> variables.add("#" + name));
            }
            for (int i = 0; i < method.getParameterCount(); i++) {
                variables.add("#p" + i);
            }
            return String.join(", ", variables);
        }
    }
}
