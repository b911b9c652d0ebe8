package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.aop.InvocationTarget.BlockingFutures;
import io.keyedsequential.spring.aop.KeyedMethod.LabelExpression;
import io.keyedsequential.spring.aop.StoredMethod.Attributes;
import io.keyedsequential.spring.aop.key.KeyExpressions;
import io.keyedsequential.spring.aop.key.KeyExpressions.KeyExpression;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.OptionChecks;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/** Reads the annotation of a method, checks it, and declares its atom. */
final class KeyedMethodFactory {

    private final AtomRegistry registry;
    private final ConfigurableListableBeanFactory beanFactory;
    private final KeyExpressions expressions;
    private final EmbeddedValueResolver placeholders;
    private final AttributeSettings settings;
    private final UncaughtFailures failures;
    private final InvocationDecorators decorators;
    private final StoredMethods storedMethods;
    private final @Nullable ClassLoader classLoader;
    private final DerivedNames derivedNames = new DerivedNames();
    private final OperationNames operationIds = new OperationNames();
    private final BlockingFutures blockingFutures = new BlockingFutures();

    KeyedMethodFactory(
            AtomRegistry registry,
            ConfigurableListableBeanFactory beanFactory,
            UncaughtFailures failures,
            InvocationDecorators decorators,
            StoredMethods storedMethods) {
        this.registry = registry;
        this.beanFactory = beanFactory;
        this.expressions = new KeyExpressions(beanFactory);
        this.placeholders = new EmbeddedValueResolver(beanFactory);
        this.settings = new AttributeSettings(this::resolve);
        this.failures = failures;
        this.decorators = decorators;
        this.storedMethods = storedMethods;
        this.classLoader = beanFactory.getBeanClassLoader();
    }

    /** Whether a method, or one that it implements or overrides, carries the annotation. */
    static boolean isAnnotated(Method method) {
        return annotationOf(method).isPresent();
    }

    /** What the method means, or {@code null} if it is not annotated. */
    @Nullable
    KeyedMethod create(String beanName, Method called, Class<?> targetClass) {
        Method specific = AopUtils.getMostSpecificMethod(called, targetClass);
        MergedAnnotation<KeyedSequential> found = annotationOf(specific);
        if (!found.isPresent()) {
            return null;
        }
        Method annotated = found.getSource() instanceof Method source ? source : specific;
        // What was generated for an interface says nothing that the interface does not say better.
        Method method = MethodChecks.isGenerated(targetClass) ? annotated : specific;
        MethodChecks.check(method, targetClass);
        ReturnStyle style = ReturnTypes.style(method, ReturnTypes.of(method, targetClass, definedType(beanName)));
        KeyedSequential annotation = found.synthesize();
        MethodChecks.checkPhase(method, annotation.phase(), style, classLoader);
        KeyExpression key = expressions.parse("key", annotation.key(), annotated, targetClass);
        Class<?> keyType = expressions.checkType(annotation.key(), annotated, targetClass);
        String atom = atomName(annotation, beanName, annotated);
        String operation = resolve(annotation.operation());
        OperationSignature signature = new OperationSignature(
                atom, operation.isEmpty() ? method.getName() : operation, List.of(method.getParameterTypes()));
        operationIds.claim(signature, annotated);
        registry.declare(atom, settings.read(annotation, annotated), Methods.describe(annotated), keyType);
        LabelExpression label = annotation.label().isBlank()
                ? null
                : new LabelExpression(
                        expressions.parse("label", annotation.label(), annotated, targetClass), signature, annotated);
        Attributes stored = new Attributes(
                beanName,
                optional("idempotencyKey", annotation.idempotencyKey(), annotated, targetClass),
                optional("runAfter", annotation.runAfter(), annotated, targetClass));
        return new KeyedMethod(
                method,
                signature,
                key,
                label,
                style,
                annotation.phase(),
                registry,
                decorators,
                failures,
                blockingFutures,
                storedMethods,
                stored);
    }

    private @Nullable KeyExpression optional(String attribute, String text, Method annotated, Class<?> targetClass) {
        return text.isBlank() ? null : expressions.parse(attribute, text, annotated, targetClass);
    }

    /**
     * How the bean is defined, with the type arguments that an instance no longer knows; {@code null} if it is
     * no definition.
     */
    private @Nullable ResolvableType definedType(String beanName) {
        return beanFactory.containsBeanDefinition(beanName)
                ? beanFactory.getMergedBeanDefinition(beanName).getResolvableType()
                : null;
    }

    private static MergedAnnotation<KeyedSequential> annotationOf(Method method) {
        return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).get(KeyedSequential.class);
    }

    private String atomName(KeyedSequential annotation, String beanName, Method method) {
        String given = resolve(annotation.atom());
        if (given.isEmpty()) {
            String whole = wholeBeanName(beanName);
            String derived =
                    AtomName.toKebabCase(ClassUtils.getShortName(withoutNumber(whole)) + "-" + method.getName());
            derivedNames.claim(derived, whole, method);
            return derived;
        }
        if (!AtomName.isKebabCase(given)) {
            String better = AtomName.toKebabCase(given);
            throw new MisconfiguredAtomException(
                    "The atom '%s' of %s is no name for an atom: it is a key in configuration and a part of a URL."
                            .formatted(given, Methods.describe(method)),
                    "Use kebab-case: lower-case letters, digits and single hyphens, beginning with a letter%s."
                            .formatted(better.isEmpty() ? "" : ", such as '" + better + "'"));
        }
        return given;
    }

    /**
     * Without what Spring adds for scoped proxies, and to the names of inner beans, of which there may be any number.
     */
    private String wholeBeanName(String beanName) {
        String name =
                ScopedProxyUtils.isScopedTarget(beanName) ? ScopedProxyUtils.getOriginalBeanName(beanName) : beanName;
        return beanFactory.containsBeanDefinition(name) ? name : withoutNumber(name);
    }

    private static String withoutNumber(String beanName) {
        int number = beanName.indexOf('#');
        return number > 0 ? beanName.substring(0, number) : beanName;
    }

    private String resolve(String text) {
        String resolved = placeholders.resolveStringValue(text);
        return resolved == null ? "" : resolved.strip();
    }

    /**
     * The names of atoms that no annotation gives. They are made of the last part of a bean's name, so that two beans
     * may come to have one name, and with it one order and one set of limits, unintended.
     */
    static final class DerivedNames {

        private record Place(String bean, Method method) {}

        private final ConcurrentMap<String, Place> places = new ConcurrentHashMap<>();

        /**
         * Takes a name for a bean. Overloaded methods of one bean have one.
         *
         * @param bean the whole name of the bean
         */
        void claim(String atom, String bean, Method method) {
            Place place = new Place(bean, method);
            Place earlier = places.putIfAbsent(AtomName.canonical(atom), place);
            if (earlier != null && !earlier.bean.equals(bean)) {
                throw new MisconfiguredAtomException(
                        "Two methods come to the atom '%s' by their names: %s of the bean '%s' and %s of the bean '%s'."
                                .formatted(
                                        atom,
                                        Methods.describe(earlier.method),
                                        earlier.bean,
                                        Methods.describe(method),
                                        bean),
                        "Name an atom at each of them, @KeyedSequential(atom = \"…\"): the same one if "
                                + "they are to share order and limits, else one of its own.");
            }
        }
    }

    /**
     * One operation id in one atom is one annotated method: an operator who has only the id must be able to find it.
     * Implementations of one annotated interface method are that method.
     */
    static final class OperationNames {

        private record Id(String canonicalAtom, String operation) {}

        private final ConcurrentMap<Id, Method> methods = new ConcurrentHashMap<>();

        void claim(OperationSignature signature, Method method) {
            Id id = new Id(AtomName.canonical(signature.atom()), signature.operation());
            Method earlier = methods.putIfAbsent(id, method);
            if (earlier != null && !earlier.equals(method)) {
                throw new MisconfiguredAtomException(
                        "Two methods are the operation '%s' of the atom '%s': %s and %s."
                                .formatted(
                                        signature.operation(),
                                        signature.atom(),
                                        Methods.describe(earlier),
                                        Methods.describe(method)),
                        "Give one of them another id: @KeyedSequential(operation = \"…\"). Without one, "
                                + "the id is the name of the method.");
            }
        }
    }

    /** Reads what an annotation says about its atom. */
    static final class AttributeSettings {

        private final UnaryOperator<String> placeholders;

        AttributeSettings(UnaryOperator<String> placeholders) {
            this.placeholders = placeholders;
        }

        /** The settings; a number that no atom may have is refused when the atom is built. */
        AtomSettings read(KeyedSequential annotation, Method method) {
            String at = Methods.describe(method);
            AttributeValues values =
                    new AttributeValues(placeholders, at, AnnotationUtils.getAnnotationAttributes(annotation));
            AtomSettings.Builder settings =
                    AtomSettings.source((option, value) -> "%s = %s at %s".formatted(option.attribute(), value, at));
            AtomOption.all().forEach(option -> say(settings, option, values));
            return settings.build();
        }

        @SuppressWarnings("unchecked") // the value is read by the type of the option
        private static void say(AtomSettings.Builder settings, AtomOption<?> option, AttributeValues values) {
            settings.with((AtomOption<Object>) option, values.of(option));
        }

        /**
         * Reads the texts of one method's annotation: {@code null} for an attribute that says nothing, a refusal for a
         * wrong one.
         */
        static final class AttributeValues {

            private final UnaryOperator<String> placeholders;
            private final String method;
            private final Map<String, Object> attributes;

            AttributeValues(UnaryOperator<String> placeholders, String method, Map<String, Object> attributes) {
                this.placeholders = placeholders;
                this.method = method;
                this.attributes = attributes;
            }

            /** What the attribute of an option says; {@code null} also if the annotation has no such attribute. */
            @SuppressWarnings("unchecked") // as its type says
            @Nullable
            Object of(AtomOption<?> option) {
                String name = option.attribute();
                Object attribute = attributes.get(name);
                if (attribute instanceof Integer number) {
                    return number(name, number, String.valueOf(attributes.get(name + "String")));
                }
                if (!(attribute instanceof String text)) {
                    return null;
                }
                if (option.type() == Duration.class) {
                    return time(name, text, ((AtomOption<Duration>) option).allows(Duration.ZERO));
                }
                return option.type() == Boolean.class
                        ? bool(name, text)
                        : constant(name, text, option.type().asSubclass(Enum.class));
            }

            /** A number, which may be given as one or as a text. */
            private @Nullable Integer number(String attribute, int number, String text) {
                Integer read = read(attribute + "String", text, Integer::decode, "Give a whole number");
                if (number == KeyedSequential.UNSET) {
                    return read;
                }
                if (read != null) {
                    throw new MisconfiguredAtomException(
                            "%s gives both %s = %d and %sString = \"%s\"."
                                    .formatted(method, attribute, number, attribute, text),
                            "Remove one of them.");
                }
                return number;
            }

            /** A time, checked here: the annotation is at hand, and says it in words of its own. */
            private @Nullable Duration time(String attribute, String text, boolean zeroAllowed) {
                Duration time =
                        read(attribute, text, AttributeValues::parse, "Give a time, such as 500ms, 30s, 5m or PT0.5S");
                String range = OptionChecks.outside(time, zeroAllowed);
                if (range != null) {
                    throw new MisconfiguredAtomException(
                            "The attribute %s = \"%s\" of @KeyedSequential at %s must be %s."
                                    .formatted(attribute, placeholders.apply(text), method, range),
                            "Give a time, such as 500ms, 30s, 5m or PT0.5S.");
                }
                return time;
            }

            private static Duration parse(String text) {
                try {
                    return DurationStyle.detectAndParse(text);
                } catch (ArithmeticException e) { // more than a Duration can hold
                    throw new IllegalArgumentException(text + " is longer than any time", e);
                }
            }

            /** A constant of an enumeration, in any case, with hyphens or underscores. */
            private <E extends Enum<E>> @Nullable E constant(String attribute, String text, Class<E> type) {
                String allowed = Arrays.stream(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
                return read(
                        attribute,
                        text,
                        value -> Enum.valueOf(
                                type, value.toUpperCase(Locale.ROOT).replace('-', '_')),
                        "Give one of: " + allowed);
            }

            private @Nullable Boolean bool(String attribute, String text) {
                return read(attribute, text, AttributeValues::strictBoolean, "Give true or false");
            }

            private static Boolean strictBoolean(String text) {
                boolean yes = text.equalsIgnoreCase("true");
                if (!yes && !text.equalsIgnoreCase("false")) {
                    throw new IllegalArgumentException(text);
                }
                return yes;
            }

            private <V> @Nullable V read(String attribute, String text, Function<String, V> reader, String action) {
                String value = placeholders.apply(text);
                if (value.isEmpty()) {
                    return null;
                }
                try {
                    return reader.apply(value);
                } catch (IllegalArgumentException e) {
                    String from = value.equals(text) ? "" : " (from \"%s\")".formatted(text);
                    throw new MisconfiguredAtomException(
                            "The attribute %s = \"%s\"%s of @KeyedSequential at %s cannot be read."
                                    .formatted(attribute, value, from, method),
                            action + ".",
                            e);
                }
            }
        }
    }
}
