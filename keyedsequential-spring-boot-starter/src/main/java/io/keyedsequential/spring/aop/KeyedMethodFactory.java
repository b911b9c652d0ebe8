package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.aop.key.KeyExpression;
import io.keyedsequential.spring.aop.key.KeyExpressions;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.AtomDeclaration;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.ResolvableType;
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
        Method method = Generated.isGenerated(targetClass) ? annotated : specific;
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
        registry.declare(
                new AtomDeclaration(atom, settings.read(annotation, annotated), Methods.describe(annotated), keyType));
        LabelExpression label = annotation.label().isBlank()
                ? null
                : new LabelExpression(
                        expressions.parse("label", annotation.label(), annotated, targetClass), signature, annotated);
        StoredAttributes stored = new StoredAttributes(
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
}
