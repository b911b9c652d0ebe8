package io.keyedsequential.conformance;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One instance of an application with annotated methods. */
final class RunningApplication implements AutoCloseable {

    /** How many operations of an atom run at once. */
    static final int LIMIT = 3;

    private static final List<String> PROPERTIES = List.of(
            "keyedsequential.atoms.work.max-concurrency=" + LIMIT,
            "keyedsequential.atoms.work.exhausted-policy=skip",
            "keyedsequential.atoms.counted.exhausted-policy=skip",
            "keyedsequential.atoms.parking.retry.max-attempts=2",
            "keyedsequential.atoms.parking.retry.backoff=1ms",
            "keyedsequential.atoms.parking.exhausted-policy=park",
            "keyedsequential.shutdown.drain-timeout=2m",
            "management.endpoints.web.exposure.include=keyedatoms",
            "management.endpoint.keyedatoms.access=unrestricted",
            "management.endpoint.keyedatoms.show-keys=always",
            "spring.lifecycle.timeout-per-shutdown-phase=3m",
            "spring.main.banner-mode=off");

    /** What every application has. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Base {}

    private final ConfigurableApplicationContext context;

    private RunningApplication(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts one.
     *
     * @param store properties that name the engine and what it keeps its operations in
     * @param script what bodies do
     * @param beans classes with annotated methods
     */
    static RunningApplication start(List<String> store, Script script, List<Class<?>> beans) {
        List<String> properties = new ArrayList<>(PROPERTIES);
        properties.addAll(store);
        List<Class<?>> sources = new ArrayList<>(beans);
        sources.add(Base.class);
        sources.add(Heard.class);
        return new RunningApplication(new SpringApplicationBuilder(sources.toArray(Class[]::new))
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(properties.toArray(String[]::new))
                .initializers(starting -> starting.getBeanFactory().registerSingleton("script", script))
                .run());
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    void whenItStops(Runnable act) {
        context.addApplicationListener(event -> {
            if (event instanceof ContextClosedEvent) {
                act.run();
            }
        });
    }

    Work work() {
        return bean(Work.class);
    }

    AtomView view(String atom) {
        return bean(AtomRegistry.class).find(atom).orElseThrow().view().fresh();
    }

    Optional<LaneSnapshot> lane(String atom, String key) {
        return view(atom).lane(key);
    }

    AtomControls controls(String atom) {
        return bean(AtomRegistry.class).find(atom).orElseThrow().controls();
    }

    KeyedAtomsEndpoint endpoint() {
        return bean(KeyedAtomsEndpoint.class);
    }

    void steer(String atom, String action) {
        endpoint().steerAtom(atom, action, null, null, null, null, null);
    }

    void steer(String atom, String key, String action) {
        endpoint().steerLane(atom, key, action);
    }

    TransactionTemplate transaction() {
        return new TransactionTemplate(bean(PlatformTransactionManager.class));
    }

    /** In order. */
    @Override
    public void close() {
        context.close();
    }
}
