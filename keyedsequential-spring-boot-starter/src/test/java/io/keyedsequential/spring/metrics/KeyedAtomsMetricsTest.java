package io.keyedsequential.spring.metrics;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationState;
import io.keyedsequential.Reservation;
import io.keyedsequential.spring.metrics.KeyedAtomsMetrics.TimeMeters;
import io.keyedsequential.spring.metrics.KeyedAtomsMetrics.TimeMeters.OperationTimers;
import io.keyedsequential.spring.metrics.MeteredApps.Orders;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.util.AopTestUtils;

@Timeout(600)
class KeyedAtomsMetricsTest {

    private final ApplicationContextRunner app = MeteredApps.simple().withBean(Orders.class);

    private static MeterRegistry meters(ApplicationContext context) {
        return context.getBean(MeterRegistry.class);
    }

    private static double gauge(ApplicationContext context, String name) {
        return meters(context).get(name).tag("atom", "orders").gauge().value();
    }

    private static FunctionTimer ended(ApplicationContext context, String outcome) {
        return search(context, outcome).functionTimer();
    }

    private static RequiredSearch search(ApplicationContext context, String outcome) {
        return meters(context).get("keyedsequential.operations").tags("atom", "orders", "outcome", outcome);
    }

    @Test
    void everyOperationThatEndsIsTimedByItsOutcome() {
        app.run(context -> {
            Orders orders = context.getBean(Orders.class);
            orders.order("a").join();
            orders.order("b").join();
            CompletableFuture<String> failed = orders.fail("a");
            assertThatThrownBy(failed::join).hasMessageContaining("broken");
            assertAtRest(context);
            assertThat(ended(context, "completed").count()).isEqualTo(2);
            assertThat(ended(context, "failed").count()).isEqualTo(1);
            assertThat(ended(context, "cancelled").count()).isZero();
            assertThat(meters(context)
                            .get("keyedsequential.wait")
                            .functionTimer()
                            .count())
                    .isEqualTo(3);
        });
    }

    @Test
    void whatIsCancelledWhileItWaitsIsCounted() {
        app.run(context -> {
            Orders orders = orderTwoBehindOneThatRuns(context);
            CompletableFuture<String> withdrawn = context.getBean(Orders.class).order("a");
            assertThat(withdrawn.cancel(false)).isTrue();
            assertThat(ended(context, "cancelled").count()).isEqualTo(1);
            orders.gate.countDown();
            assertAtRest(context);
        });
    }

    @Test
    void gaugesShowWhatRunsAndWhatWaits() {
        app.withPropertyValues("keyedsequential.atoms.orders.capacity=7").run(context -> {
            Orders orders = orderTwoBehindOneThatRuns(context);
            assertThat(gauge(context, "keyedsequential.active")).isEqualTo(1);
            assertThat(gauge(context, "keyedsequential.queued")).isEqualTo(2);
            assertThat(gauge(context, "keyedsequential.lanes")).isEqualTo(1);
            assertThat(gauge(context, "keyedsequential.capacity")).isEqualTo(7);
            assertThat(gauge(context, "keyedsequential.concurrency.limit")).isEqualTo(2);
            assertThat(meters(context)
                            .get("keyedsequential.oldest.wait")
                            .timeGauge()
                            .value(TimeUnit.NANOSECONDS))
                    .isPositive();
            registry(context).coordinator("orders").setMaxConcurrency(5);
            assertThat(gauge(context, "keyedsequential.concurrency.limit")).isEqualTo(5);
            orders.gate.countDown();
            assertAtRest(context);
            assertThat(gauge(context, "keyedsequential.queued")).isZero();
            assertThat(gauge(context, "keyedsequential.oldest.wait")).isZero();
        });
    }

    @Test
    void aReservedPlaceIsMeasuredUntilItIsGivenBack() {
        app.run(context -> {
            Reservation place = registry(context).coordinator("orders").reserve("a");
            assertThat(gauge(context, "keyedsequential.reserved")).isEqualTo(1);
            assertThat(gauge(context, "keyedsequential.queued")).isZero();
            place.close();
            assertThat(gauge(context, "keyedsequential.reserved")).isZero();
            assertAtRest(context);
        });
    }

    private static Orders orderTwoBehindOneThatRuns(ApplicationContext context) {
        Orders orders = context.getBean(Orders.class);
        orders.hold("a");
        await(target(context).entered);
        orders.order("a");
        orders.order("a");
        return target(context);
    }

    /** The proxy has fields of its own. */
    private static Orders target(ApplicationContext context) {
        return (Orders) AopTestUtils.getTargetObject(context.getBean(Orders.class));
    }

    @Test
    void refusalsAreCounted() {
        app.withPropertyValues(
                        "keyedsequential.atoms.orders.capacity=2",
                        "keyedsequential.atoms.orders.overflow-policy=REJECT")
                .run(context -> {
                    Orders orders = orderTwoBehindOneThatRuns(context);
                    CompletableFuture<String> refused =
                            context.getBean(Orders.class).order("b");
                    assertThat(refused).isCompletedExceptionally();
                    assertThat(meters(context)
                                    .get("keyedsequential.rejected")
                                    .functionCounter()
                                    .count())
                            .isEqualTo(1);
                    orders.gate.countDown();
                    assertAtRest(context);
                });
    }

    @Test
    void nothingIsTaggedButAtomAndOutcome() {
        app.run(context -> {
            context.getBean(Orders.class).order("a-secret-customer").join();
            assertAtRest(context);
            assertThat(ours(meters(context)))
                    .isNotEmpty()
                    .flatExtracting(meter -> meter.getId().getTags())
                    .extracting(tag -> tag.getKey())
                    .containsOnly("atom", "outcome");
            assertThat(ours(meters(context)).toString()).doesNotContain("secret");
        });
    }

    @Test
    void everyMeterSaysWhatItIs() {
        app.run(context -> assertThat(ours(meters(context)))
                .isNotEmpty()
                .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank()));
    }

    private static List<Meter> ours(MeterRegistry meters) {
        return meters.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("keyedsequential."))
                .toList();
    }

    @Test
    void histogramsAreConfiguredAsForAnyTimer() {
        app.withPropertyValues(
                        "management.metrics.distribution.slo.keyedsequential.wait=10ms,1s",
                        "management.metrics.distribution.percentiles.keyedsequential.operations=0.5")
                .run(context -> {
                    context.getBean(Orders.class).order("a").join();
                    assertAtRest(context);
                    assertThat(meters(context)
                                    .get("keyedsequential.wait")
                                    .timer()
                                    .takeSnapshot()
                                    .histogramCounts())
                            .extracting(bucket -> bucket.bucket(TimeUnit.MILLISECONDS))
                            .containsExactly(10.0, 1000.0);
                    assertThat(search(context, "completed")
                                    .timer()
                                    .takeSnapshot()
                                    .percentileValues())
                            .hasSize(1);
                });
    }

    @Test
    void anAtomThatComesIntoBeingLaterIsMeasured() {
        app.run(context -> {
            KeyedCoordinator<String> late =
                    KeyedCoordinator.<String>builder("late").build();
            context.getSourceApplicationContext(GenericApplicationContext.class)
                    .registerBean("late", KeyedCoordinator.class, () -> late);
            assertThat(registry(context).coordinator("late")).isSameAs(late);
            late.execute("a", () -> {});
            assertAtRest(context);
            assertThat(meters(context)
                            .get("keyedsequential.operations")
                            .tags("atom", "late", "outcome", "completed")
                            .functionTimer()
                            .count())
                    .isEqualTo(1);
            assertThat(meters(context)
                            .get("keyedsequential.lanes")
                            .tag("atom", "late")
                            .gauge()
                            .value())
                    .isZero();
        });
    }

    /** Their class is known to nobody before somebody asks for the bean: not even its type says that it is annotated. */
    @Test
    void theAtomOfABeanThatIsMadeLaterIsMeasured() {
        for (String scope : new String[] {BeanDefinition.SCOPE_SINGLETON, BeanDefinition.SCOPE_PROTOTYPE}) {
            MeteredApps.simple()
                    .withBean("lazy", Object.class, Orders::new, definition -> {
                        definition.setLazyInit(true);
                        definition.setScope(scope);
                    })
                    .run(context -> {
                        assertThat(ours(meters(context))).isEmpty();
                        ((Orders) context.getBean("lazy")).order("a").join();
                        ((Orders) context.getBean("lazy")).order("b").join();
                        assertAtRest(context);
                        assertThat(ended(context, "completed").count())
                                .as(scope)
                                .isEqualTo(2);
                        assertThat(gauge(context, "keyedsequential.concurrency.limit"))
                                .isEqualTo(2);
                    });
        }
    }

    @Test
    void metersGoOnAfterTheContextWasStoppedAndStarted() {
        app.run(context -> {
            context.getBean(Orders.class).order("a").join();
            assertAtRest(context);
            context.getSourceApplicationContext().stop();
            context.getSourceApplicationContext().start();
            context.getBean(Orders.class).order("a").join();
            assertAtRest(context);
            assertThat(ended(context, "completed").count()).isEqualTo(2);
            assertThat(gauge(context, "keyedsequential.concurrency.limit")).isEqualTo(2);
        });
    }

    @Test
    void aRegistryThatOutlivesAnApplicationMeasuresTheNextOne() {
        SimpleMeterRegistry outliving = new SimpleMeterRegistry();
        for (int capacity : new int[] {7, 8}) {
            app.withPropertyValues("keyedsequential.atoms.orders.capacity=" + capacity)
                    .run(context -> {
                        context.getBean(KeyedAtomsMetrics.class).bindTo(outliving);
                        assertThat(outliving
                                        .get("keyedsequential.capacity")
                                        .gauge()
                                        .value())
                                .isEqualTo(capacity);
                    });
            assertThat(ours(outliving)).isEmpty();
        }
    }

    @Test
    void timingNeitherSilencesTheLogNorHasAViewMadeOfEachOperation() {
        OperationTimers timers = new OperationTimers(Map.of(), null);
        assertThat(timers.logsFailures()).isFalse();
        assertThat(CoordinatorListener.class.getMethods())
                .filteredOn(method -> isOverridden(method, timers.getClass()))
                .extracting(Method::getName)
                .containsExactlyInAnyOrder("logsFailures", "operationTimed");
    }

    /** A coordinator that an operation would tell of its times. */
    private static List<CoordinatorListener> toldBy(MeterRegistry registry) {
        List<CoordinatorListener> told = new ArrayList<>();
        KeyedCoordinator<?> coordinator = mock(KeyedCoordinator.class);
        doAnswer(call -> told.add(call.getArgument(0))).when(coordinator).addListener(any());
        TimeMeters.bind("orders", coordinator, registry, new ArrayList<>());
        return told;
    }

    @Test
    void noOperationIsToldUnlessADistributionIsKept() {
        assertThat(toldBy(new SimpleMeterRegistry())).isEmpty();
        assertThat(toldBy(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)))
                .isEmpty();
        assertThat(toldBy(new CompositeMeterRegistry())).isEmpty();
        assertThat(toldBy(with(new SimpleMeterRegistry(), "keyedsequential.wait")))
                .hasSize(1);
        assertThat(toldBy(with(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), "keyedsequential.operations")))
                .hasSize(1);
    }

    @Test
    void oneOfSeveralRegistriesThatKeepsADistributionIsEnough() {
        CompositeMeterRegistry composite = new CompositeMeterRegistry();
        composite.add(new SimpleMeterRegistry());
        assertThat(toldBy(composite)).isEmpty();
        MeterRegistry keeping = with(new SimpleMeterRegistry(), "keyedsequential.operations");
        composite = new CompositeMeterRegistry();
        composite.add(new SimpleMeterRegistry());
        composite.add(keeping);
        assertThat(toldBy(composite)).singleElement().satisfies(listener -> {
            listener.operationTimed("orders", OperationState.FAILED, 5, 7);
            assertThat(keeping.get("keyedsequential.operations")
                            .tag("outcome", "failed")
                            .timer()
                            .totalTime(TimeUnit.NANOSECONDS))
                    .isEqualTo(7);
        });
        assertThat(keeping.get("keyedsequential.wait").functionTimer()).isNotNull();
    }

    private static MeterRegistry with(MeterRegistry registry, String bucketsOf) {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return id.getName().equals(bucketsOf)
                        ? DistributionStatisticConfig.builder()
                                .serviceLevelObjectives(1e9)
                                .build()
                                .merge(config)
                        : config;
            }
        });
        return registry;
    }

    @Test
    void metersThatAreDeniedAreNotMadeAgainInAnotherWay() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("keyedsequential.wait"));
        assertThat(toldBy(registry)).isEmpty();
        assertThat(registry.find("keyedsequential.wait").meter()).isNull();
        assertThat(registry.find("keyedsequential.operations").meters()).hasSize(3);
    }

    @Test
    void theLongestTimeIsAMeterOfItsOwn() {
        app.run(context -> {
            context.getBean(Orders.class).order("a").join();
            assertAtRest(context);
            for (String name : List.of("keyedsequential.operations", "keyedsequential.wait")) {
                FunctionTimer timer = meters(context).get(name).tags("atom", "orders").functionTimers().stream()
                        .filter(each -> each.count() > 0)
                        .findFirst()
                        .orElseThrow();
                assertThat(meters(context)
                                .get(name + ".seconds.max")
                                .tags(timer.getId().getTags())
                                .gauge()
                                .value())
                        .as(name)
                        .isEqualTo(timer.totalTime(TimeUnit.NANOSECONDS) / 1e9);
            }
        });
    }

    private static boolean isOverridden(Method method, Class<?> by) {
        try {
            return by.getMethod(method.getName(), method.getParameterTypes()).getDeclaringClass() == by;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void bindingTwiceCountsOnce() {
        app.run(context -> {
            context.getBean(KeyedAtomsMetrics.class).bindTo(meters(context));
            context.getBean(Orders.class).order("a").join();
            assertAtRest(context);
            assertThat(ended(context, "completed").count()).isEqualTo(1);
        });
    }
}
