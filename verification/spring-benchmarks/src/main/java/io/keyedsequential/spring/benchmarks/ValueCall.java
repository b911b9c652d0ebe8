package io.keyedsequential.spring.benchmarks;

import java.util.concurrent.TimeUnit;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.NullUnmarked;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What a call costs that returns a plain value and so runs on the caller's thread, when nobody else wants the key. For
 * orientation: a lock that nobody else wants costs next to nothing, and a proxy alone has its price.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(5)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked // the fields are set before JMH measures
public class ValueCall {

    private final Order order = new Order("customer-1", 1);
    private final PlainOrders plainOrders = new PlainOrders();

    private ConfigurableApplicationContext application;
    private AnnotatedOrders annotatedOrders;
    private PlainOrders proxiedOrders;

    /** For JMH. */
    public ValueCall() {}

    /** Starts the application, and puts a proxy around a bean that only passes calls on. */
    @Setup(Level.Trial)
    public void start() {
        application = OrderDesk.start();
        annotatedOrders = application.getBean(AnnotatedOrders.class);
        ProxyFactory factory = new ProxyFactory(new PlainOrders());
        factory.addAdvice((MethodInterceptor) MethodInvocation::proceed);
        proxiedOrders = (PlainOrders) factory.getProxy();
    }

    /** Stops the application. */
    @TearDown(Level.Trial)
    public void stop() {
        application.close();
    }

    /**
     * Ours: the turn of the key is taken and given back.
     *
     * @return what the method returns
     */
    @Benchmark
    public long keyedSequential() {
        return annotatedOrders.total(order);
    }

    /**
     * The proxy without us.
     *
     * @return what the method returns
     */
    @Benchmark
    public long proxy() {
        return proxiedOrders.total(order);
    }

    /**
     * A lock without a key.
     *
     * @return what the method returns
     */
    @Benchmark
    public long synchronizedMethod() {
        return plainOrders.totalUnderLock(order);
    }
}
