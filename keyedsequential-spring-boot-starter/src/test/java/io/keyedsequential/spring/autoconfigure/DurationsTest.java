package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Each time that can be configured has a range, and a message that names it, the value and the range. */
class DurationsTest {

    static class Orders {
        @KeyedSequential(key = "#order", atom = "orders", maxAttempts = 2)
        public void place(String order) {}
    }

    private static ApplicationContextRunner app() {
        return Apps.app()
                .withConfiguration(AutoConfigurations.of(
                        HealthContributorAutoConfiguration.class, KeyedAtomsActuatorAutoConfiguration.class));
    }

    private static List<String> messages(Throwable failure) {
        List<String> messages = new ArrayList<>();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            messages.add(String.valueOf(each.getMessage()));
        }
        return messages;
    }

    private static void assertRefused(String property, String value, String parsed, String range) {
        app().withBean(Orders.class).withPropertyValues(property + "=" + value).run(context -> {
            assertThat(context).hasFailed();
            assertThat(messages(context.getStartupFailure()))
                    .contains("%s must be %s and at most 292 years, was %s".formatted(property, range, parsed));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "keyedsequential.defaults.block-timeout, more than zero",
        "keyedsequential.defaults.queue-timeout, more than zero",
        "keyedsequential.defaults.run-timeout, more than zero",
        "keyedsequential.defaults.window-age, more than zero",
        "keyedsequential.defaults.retry.max-backoff, more than zero",
        "keyedsequential.defaults.retry.backoff, zero or more",
        "keyedsequential.atoms.orders.block-timeout, more than zero",
        "keyedsequential.atoms.orders.retry.backoff, zero or more",
        "keyedsequential.events.saturation-interval, zero or more",
        "keyedsequential.health.stuck-after, zero or more",
        "keyedsequential.shutdown.drain-timeout, zero or more"
    })
    void aPropertyOutOfItsRangeEndsTheStart(String property, String range) {
        assertRefused(property, "P999999999D", "PT23999999976H", range);
        assertRefused(property, "-1s", "PT-1S", range);
        assertRefused(property, "106752d", "PT2562048H", range); // a day more than can be counted
        if (range.startsWith("more")) {
            assertRefused(property, "0", "PT0S", range);
        }
    }

    @Test
    void theLongestTimesAreGood() {
        app().withBean(Orders.class)
                .withPropertyValues(
                        "keyedsequential.defaults.block-timeout=106751d",
                        "keyedsequential.defaults.queue-timeout=106751d",
                        "keyedsequential.defaults.run-timeout=106751d",
                        "keyedsequential.defaults.window-age=106751d",
                        "keyedsequential.defaults.retry.backoff=106751d",
                        "keyedsequential.defaults.retry.max-backoff=106751d",
                        "keyedsequential.events.saturation-interval=106751d",
                        "keyedsequential.health.stuck-after=106751d",
                        "keyedsequential.shutdown.drain-timeout=106751d",
                        "spring.lifecycle.timeout-per-shutdown-phase=P999999999D")
                .run(context -> {
                    context.getBean(Orders.class).place("a");
                    Apps.assertAtRest(context);
                    assertThat(context.getBean("keyedAtomsHealthIndicator", HealthIndicator.class)
                                    .health()
                                    .getStatus()
                                    .getCode())
                            .isEqualTo("UP");
                    Apps.registry(context).coordinator("orders").pauseKey("b");
                    context.getBean(Orders.class).place("b");
                    context.getSourceApplicationContext().stop();
                });
    }

    static class Blocking {
        @KeyedSequential(key = "#order", atom = "orders", blockTimeout = "${time}")
        public void place(String order) {}
    }

    static class Queued {
        @KeyedSequential(key = "#order", atom = "orders", queueTimeout = "${time}")
        public void place(String order) {}
    }

    static class Running {
        @KeyedSequential(key = "#order", atom = "orders", runTimeout = "${time}")
        public void place(String order) {}
    }

    static class Retried {
        @KeyedSequential(key = "#order", atom = "orders", maxAttempts = 2, backoff = "${time}")
        public void place(String order) {}
    }

    private static void assertRefused(Class<?> bean, String attribute, String value, String message) {
        app().withBean(bean).withPropertyValues("time=" + value).run(context -> assertThat(context.getStartupFailure())
                .as(attribute + " = " + value)
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessageContaining("The attribute %s = \"%s\"".formatted(attribute, value))
                .hasMessageContaining("@KeyedSequential at " + bean.getName() + ".place(String) " + message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"P999999999D", "-1s", "PT-0.001S", "106752d"})
    void anAttributeOutOfItsRangeEndsTheStart(String value) {
        String positive = "must be more than zero and at most 292 years";
        assertRefused(Blocking.class, "blockTimeout", value, positive);
        assertRefused(Queued.class, "queueTimeout", value, positive);
        assertRefused(Running.class, "runTimeout", value, positive);
        assertRefused(Retried.class, "backoff", value, "must be zero or more and at most 292 years");
    }

    @Test
    void anAttributeThatIsZeroOrMoreThanADurationHolds() {
        assertRefused(Blocking.class, "blockTimeout", "0s", "must be more than zero");
        for (Class<?> bean : List.of(Blocking.class, Retried.class)) {
            String attribute = bean == Blocking.class ? "blockTimeout" : "backoff";
            app().withBean(bean).withPropertyValues("time=9223372036854775807d").run(context -> assertThat(
                            context.getStartupFailure())
                    .isInstanceOf(MisconfiguredAtomException.class)
                    .hasMessageContaining("The attribute %s = \"9223372036854775807d\"".formatted(attribute))
                    .hasMessageContaining("cannot be read"));
        }
        app().withBean(Retried.class).withPropertyValues("time=0s").run(context -> assertThat(context)
                .hasNotFailed());
    }
}
