package io.keyedsequential.spring.aop.key;

import io.keyedsequential.spring.aop.key.KeyExpressions.KeyExpression;
import io.keyedsequential.spring.aop.key.KeyExpressions.Parameters;
import io.keyedsequential.spring.benchmarks.Order;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * What the key costs alone: as the starter reads it, and as SpEL would. In the starter's package, since what evaluates keys
 * is nobody else's business.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(5)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked // the fields are set before JMH measures
public class KeyEvaluation {

    private static final String PATH = "#order.customerId";

    private final Object[] arguments = {new Order("customer-1", 1)};

    private Order order;
    private KeyExpression path;
    private KeyExpression parameter;
    private KeyExpression pathInterpreted;
    private KeyExpression pathCompiled;
    private KeyExpression safePath;
    private KeyExpression literal;

    /** For JMH. */
    public KeyEvaluation() {}

    /**
     * Parses the expressions.
     *
     * @throws ReflectiveOperationException never
     * @throws IllegalStateException if an expression would not be evaluated in the way that its benchmark is named after
     */
    @Setup(Level.Trial)
    public void parse() throws ReflectiveOperationException {
        order = (Order) arguments[0];
        Method method = KeyEvaluation.class.getDeclaredMethod("process", Order.class);
        path = expect(PathKey.class, asStarter(PATH, method));
        parameter = expect(PathKey.class, asStarter("#p0", method));
        safePath = expect(SpelKey.class, asStarter("#order?.customerId", method));
        literal = expect(SpelKey.class, asStarter("'all'", method));
        Parameters parameters = new Parameters(method, new DefaultParameterNameDiscoverer());
        pathInterpreted = new SpelKey(spel(SpelCompilerMode.OFF), parameters, shared());
        SpelExpression compiled = spel(SpelCompilerMode.IMMEDIATE);
        pathCompiled = new SpelKey(compiled, parameters, shared());
        pathCompiled.evaluate(arguments); // SpEL compiles what it has seen the types of
        if (!compiled.compileExpression()) {
            throw new IllegalStateException("SpEL does not compile " + PATH);
        }
    }

    /**
     * What any way has to do at least.
     *
     * @return the key
     */
    @Benchmark
    public Object accessor() {
        return order.customerId();
    }

    /**
     * {@code #order.customerId}, as the starter reads it: without SpEL.
     *
     * @return the key
     */
    @Benchmark
    public @Nullable Object path() {
        return path.evaluate(arguments);
    }

    /**
     * {@code #p0}, as the starter reads it: without SpEL.
     *
     * @return the key
     */
    @Benchmark
    public @Nullable Object parameter() {
        return parameter.evaluate(arguments);
    }

    /**
     * {@code #order.customerId} by SpEL, interpreted, in the starter's evaluation context.
     *
     * @return the key
     */
    @Benchmark
    public @Nullable Object pathBySpelInterpreted() {
        return pathInterpreted.evaluate(arguments);
    }

    /**
     * {@code #order.customerId} by SpEL, compiled, in the starter's evaluation context.
     *
     * @return the key
     */
    @Benchmark
    public @Nullable Object pathBySpelCompiled() {
        return pathCompiled.evaluate(arguments);
    }

    /**
     * {@code #order?.customerId}, which the starter leaves to SpEL.
     *
     * @return the key
     */
    @Benchmark
    public @Nullable Object safePath() {
        return safePath.evaluate(arguments);
    }

    /**
     * {@code 'all'}, which the starter leaves to SpEL: what remains is the evaluation context.
     *
     * @return the key
     */
    @Benchmark
    public @Nullable Object literal() {
        return literal.evaluate(arguments);
    }

    /** Only its parameter counts. */
    @SuppressWarnings("unused")
    private void process(Order order) {}

    private static KeyExpression asStarter(String text, Method method) {
        return new KeyExpressions(new DefaultListableBeanFactory()).parse("key", text, method, KeyEvaluation.class);
    }

    private static SpelExpression spel(SpelCompilerMode mode) {
        return new SpelExpressionParser(new SpelParserConfiguration(mode, KeyEvaluation.class.getClassLoader()))
                .parseRaw(PATH);
    }

    private static StandardEvaluationContext shared() {
        return new StandardEvaluationContext();
    }

    private static KeyExpression expect(Class<? extends KeyExpression> way, KeyExpression expression) {
        if (!way.isInstance(expression)) {
            throw new IllegalStateException("%s is evaluated by %s".formatted(expression, expression.getClass()));
        }
        return expression;
    }
}
