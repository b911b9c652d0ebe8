package io.keyedsequential.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.actuate.KeyedAtomsHealthIndicator;
import io.keyedsequential.spring.actuate.KeyedAtomsInfoContributor;
import io.keyedsequential.spring.atom.event.AtomSaturated;
import io.keyedsequential.spring.atom.event.KeyParked;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsActuatorAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** What docs/events.md shows. */
class AlertsTest {

    // snippet: listener
    @Component
    static class Alerts {

        private final List<String> sent = new ArrayList<>();

        @EventListener
        void parked(KeyParked event) {
            sent.add("customer %s waits for somebody: %s failed with %s"
                    .formatted(
                            event.operation().key(),
                            event.operation().name(),
                            event.operation().error()));
        }

        @EventListener(condition = "#event.atom == 'payments'")
        void saturated(AtomSaturated event) {
            sent.add("%d payments were turned away, %d wait"
                    .formatted(event.rejected(), event.stats().queued()));
        }
    }
    // end: listener

    private final KeyedCoordinator<String> payments = KeyedCoordinator.<String>builder("payments")
            .executor(Runnable::run)
            .capacity(4)
            .overflowPolicy(OverflowPolicy.REJECT)
            .exhaustedPolicy(ExhaustedPolicy.PARK)
            .closeTimeout(Duration.ZERO)
            .build();

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withPropertyValues("spring.config.location=classpath:reporting.yml")
            .withConfiguration(AutoConfigurations.of(
                    KeyedSequentialAutoConfiguration.class, KeyedAtomsActuatorAutoConfiguration.class))
            .withBean("paymentsAtom", KeyedCoordinator.class, () -> payments)
            .withBean(Alerts.class);

    @Test
    void aBeanHearsOfWhatItListensTo() {
        application.run(context -> {
            payments.execute("ada", () -> {
                throw new IllegalStateException("card expired");
            });
            payments.execute("ada", () -> {}); // waits behind it: a parked key may take half of the room
            assertThatThrownBy(() -> payments.execute("ada", () -> {})).isInstanceOf(RejectedOperationException.class);
            assertThat(context.getBean(Alerts.class).sent)
                    .containsExactly(
                            "customer ada waits for somebody: null failed with java.lang.IllegalStateException: card expired",
                            "1 payments were turned away, 1 wait");
            payments.purge("ada");
            assertThat(payments.stats().lanes()).isZero();
        });
    }

    @Test
    void thePropertiesAreThoseOfThePage() {
        application.run(context -> {
            KeyedSequentialProperties properties = context.getBean(KeyedSequentialProperties.class);
            assertThat(properties.events())
                    .isEqualTo(new KeyedSequentialProperties.Events(true, Duration.ofSeconds(10)));
            assertThat(properties.health())
                    .isEqualTo(new KeyedSequentialProperties.Health(Duration.ofMinutes(1), "out-of-service"));
            assertThat(context)
                    .hasSingleBean(KeyedAtomsHealthIndicator.class)
                    .hasSingleBean(KeyedAtomsInfoContributor.class);
        });
    }
}
