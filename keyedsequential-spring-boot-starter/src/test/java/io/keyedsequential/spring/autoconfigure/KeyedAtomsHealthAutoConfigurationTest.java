package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.actuate.KeyedAtomsHealthIndicator;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KeyedAtomsHealthAutoConfigurationTest {

    private final ApplicationContextRunner health =
            app().withConfiguration(AutoConfigurations.of(KeyedAtomsActuatorAutoConfiguration.class));

    @Test
    void theContributorIsCalledKeyedAtoms() {
        health.withConfiguration(AutoConfigurations.of(
                        HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class))
                .run(context -> assertThat(
                                context.getBean(HealthContributorRegistry.class).getContributor("keyedAtoms"))
                        .isInstanceOf(KeyedAtomsHealthIndicator.class));
    }

    @Test
    void itCanBeSwitchedOffAlone() {
        health.withPropertyValues("management.health.keyedatoms.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsHealthIndicator.class));
    }

    @Test
    void itIsOffIfAllAre() {
        health.withPropertyValues("management.health.defaults.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsHealthIndicator.class));
    }

    @Test
    void withoutAtomsThereIsNone() {
        health.withPropertyValues("keyedsequential.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsHealthIndicator.class));
    }

    @Test
    void theApplicationsOwnWins() {
        health.withBean(
                        "keyedAtomsHealthIndicator",
                        HealthIndicator.class,
                        () -> () -> Health.up().build())
                .run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsHealthIndicator.class));
    }

    @Test
    void aTimeOrAStatusThatCannotBeIsRefusedByName() {
        health.withPropertyValues("keyedsequential.health.stuck-after=-1s").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessage(
                        "keyedsequential.health.stuck-after must be zero or more and at most 292 years, was PT-1S"));
        health.withPropertyValues("keyedsequential.health.status-when-stuck= ").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessage("keyedsequential.health.status-when-stuck must not be blank"));
    }
}
