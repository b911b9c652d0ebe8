package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.metrics.KeyedAtomsMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KeyedSequentialMetricsAutoConfigurationTest {

    private final ApplicationContextRunner app =
            app().withConfiguration(AutoConfigurations.of(KeyedSequentialMetricsAutoConfiguration.class));

    private final ApplicationContextRunner measured = app.withBean(SimpleMeterRegistry.class);

    @Test
    void aRegistryOfMetersIsEnough() {
        measured.run(context -> assertThat(context).hasSingleBean(KeyedAtomsMetrics.class));
    }

    @Test
    void withoutARegistryOfMetersThereIsNothingToMeasureWith() {
        app.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(KeyedAtomsMetrics.class));
    }

    @Test
    void withoutAtomsThereIsNothingToMeasure() {
        measured.withPropertyValues("keyedsequential.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsMetrics.class));
    }

    @Test
    void anotherOneOfTheApplicationTakesItsPlace() {
        measured.withBean("own", KeyedAtomsMetrics.class).run(context -> assertThat(context)
                .hasSingleBean(KeyedAtomsMetrics.class)
                .hasBean("own"));
    }

    @Test
    void withoutMicrometerTheApplicationStarts() {
        app.withClassLoader(new FilteredClassLoader(MeterRegistry.class.getPackageName()))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(AtomRegistry.class)
                        .doesNotHaveBean("keyedAtomsMetrics"));
    }
}
