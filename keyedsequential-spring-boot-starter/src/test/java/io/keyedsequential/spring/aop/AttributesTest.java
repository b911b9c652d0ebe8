package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;

/** What an annotation says about its atom. */
class AttributesTest {

    static class Everything {
        @KeyedSequential(
                key = "#p0",
                atom = "orders",
                maxConcurrency = 2,
                perKeyConcurrency = 3,
                capacity = 40,
                capacityPerKey = 4,
                overflowPolicy = "block",
                blockTimeout = "5s",
                callTimeout = "4s",
                fairScheduling = "true",
                queueTimeout = "500ms",
                runTimeout = "PT0.6S",
                maxAttempts = 6,
                backoff = "7ms",
                exhaustedPolicy = "Park")
        public void process(String key) {}
    }

    static class Placeholders {
        @KeyedSequential(
                key = "#p0",
                atom = "${orders.atom}",
                maxConcurrencyString = "${orders.width}",
                perKeyConcurrencyString = "${orders.per-key:3}",
                capacityString = "${orders.capacity:0x20}",
                capacityPerKeyString = "${orders.absent:}",
                overflowPolicy = "${orders.overflow:reject}",
                fairScheduling = "${orders.fair:false}",
                queueTimeout = "${orders.patience}",
                maxAttemptsString = "${orders.attempts:2}",
                exhaustedPolicy = "${orders.absent:}")
        public void process(String key) {}
    }

    private static CoordinatorOptions options(ApplicationContext context) {
        return registry(context).coordinator("orders").options();
    }

    @Test
    void everyAttributeReachesTheCoordinator() {
        app().withBean(Everything.class).run(context -> {
            CoordinatorOptions options = options(context);
            assertThat(options.maxConcurrency()).isEqualTo(2);
            assertThat(options.perKeyConcurrency()).isEqualTo(3);
            assertThat(options.capacity()).isEqualTo(40);
            assertThat(options.capacityPerKey()).isEqualTo(4);
            assertThat(options.overflowPolicy()).isEqualTo(OverflowPolicy.BLOCK);
            assertThat(options.blockTimeout()).isEqualTo(Duration.ofSeconds(5));
            assertThat(options.callTimeout()).isEqualTo(Duration.ofSeconds(4));
            assertThat(options.fairScheduling()).isTrue();
            assertThat(options.queueTimeout()).isEqualTo(Duration.ofMillis(500));
            assertThat(options.runTimeout()).isEqualTo(Duration.ofMillis(600));
            assertThat(options.retryPolicy().maxAttempts()).isEqualTo(6);
            assertThat(options.retryPolicy().backoff()).isEqualTo(Duration.ofMillis(7));
            assertThat(options.exhaustedPolicy()).isEqualTo(ExhaustedPolicy.PARK);
        });
    }

    @Test
    void textsMayHoldPlaceholdersAndAnEmptyOneSaysNothing() {
        app().withBean(Placeholders.class)
                .withPropertyValues("orders.atom=orders", "orders.width= 5 ", "orders.patience=3s")
                .withPropertyValues("keyedsequential.defaults.exhausted-policy=halt")
                .run(context -> {
                    CoordinatorOptions options = options(context);
                    assertThat(options.maxConcurrency()).isEqualTo(5);
                    assertThat(options.perKeyConcurrency()).isEqualTo(3);
                    assertThat(options.capacity()).isEqualTo(32);
                    assertThat(options.capacityPerKey()).as("the capacity").isEqualTo(32);
                    assertThat(options.overflowPolicy()).isEqualTo(OverflowPolicy.REJECT);
                    assertThat(options.fairScheduling()).isFalse();
                    assertThat(options.queueTimeout()).isEqualTo(Duration.ofSeconds(3));
                    assertThat(options.retryPolicy().maxAttempts()).isEqualTo(2);
                    assertThat(options.exhaustedPolicy()).as("the default's").isEqualTo(ExhaustedPolicy.HALT);
                });
    }

    @Test
    void propertiesOfTheAtomWinOverAttributesAndTheseOverDefaults() {
        app().withBean(Everything.class)
                .withPropertyValues(
                        "keyedsequential.atoms.orders.run-timeout=9s",
                        "keyedsequential.atoms.orders.retry.backoff=8ms",
                        "keyedsequential.defaults.retry.max-attempts=99",
                        "keyedsequential.defaults.retry.jitter=0.1",
                        "keyedsequential.defaults.queue-timeout=99s")
                .run(context -> {
                    assertThat(options(context).runTimeout()).isEqualTo(Duration.ofSeconds(9));
                    assertThat(options(context).queueTimeout()).isEqualTo(Duration.ofMillis(500));
                    assertThat(options(context).retryPolicy().maxAttempts()).isEqualTo(6);
                    assertThat(options(context).retryPolicy().backoff()).isEqualTo(Duration.ofMillis(8));
                    assertThat(options(context).retryPolicy().jitter()).isEqualTo(0.1);
                });
    }

    @Test
    void propertiesMayTakeBackWhatAnAnnotationChooses() {
        app().withBean(Everything.class)
                .withPropertyValues(
                        "keyedsequential.atoms.orders.retry.max-attempts=1",
                        "keyedsequential.atoms.orders.overflow-policy=reject")
                .run(context -> {
                    assertThat(options(context).retryPolicy().maxAttempts()).isEqualTo(1);
                    assertThat(options(context).overflowPolicy()).isEqualTo(OverflowPolicy.REJECT);
                });
    }

    static class BadTime {
        @KeyedSequential(key = "#p0", queueTimeout = "${patience}")
        public void process(String key) {}
    }

    static class BadNumber {
        @KeyedSequential(key = "#p0", maxConcurrencyString = "many")
        public void process(String key) {}
    }

    static class BadConstant {
        @KeyedSequential(key = "#p0", exhaustedPolicy = "stop")
        public void process(String key) {}
    }

    static class BadFlag {
        @KeyedSequential(key = "#p0", fairScheduling = "yes")
        public void process(String key) {}
    }

    static class Both {
        @KeyedSequential(key = "#p0", capacity = 5, capacityString = "6")
        public void process(String key) {}
    }

    static class BackoffAlone {
        @KeyedSequential(key = "#p0", atom = "orders", backoff = "1s")
        public void process(String key) {}
    }

    @Test
    void aTimeThatIsNoneNamesTheMethodTheAttributeTheValueAndTheRemedy() {
        refusal(BadTime.class, "patience=soon", "Give a time, such as 500ms, 30s, 5m or PT0.5S.")
                .withMessage(
                        "The attribute queueTimeout = \"soon\" (from \"${patience}\") of @KeyedSequential at %s"
                                + " cannot be read.",
                        method(BadTime.class));
    }

    @Test
    void soDoOtherTextsThatCannotBeRead() {
        refusal(BadNumber.class, "a=b", "Give a whole number.")
                .withMessageContaining(
                        "maxConcurrencyString = \"many\" of @KeyedSequential at " + method(BadNumber.class));
        refusal(BadConstant.class, "a=b", "Give one of: skip, park, halt.")
                .withMessageContaining("exhaustedPolicy = \"stop\"");
        refusal(BadFlag.class, "a=b", "Give true or false.").withMessageContaining("fairScheduling = \"yes\"");
    }

    @Test
    void aNumberThatIsGivenTwiceIsRefused() {
        refusal(Both.class, "a=b", "Remove one of them.")
                .withMessage("%s gives both capacity = 5 and capacityString = \"6\".", method(Both.class));
    }

    @Test
    void howToRetryWithoutRetryingIsRefusedUnlessPropertiesSayIt() {
        refusal(
                        BackoffAlone.class,
                        "a=b",
                        "Set keyedsequential.atoms.orders.retry.max-attempts to 2 or more, or maxAttempts in the"
                                + " annotation; or remove the others.")
                .withMessage(
                        "The atom 'orders' is told how to retry, but not to retry: backoff = PT1S at %s.",
                        method(BackoffAlone.class));
        app().withBean(BackoffAlone.class)
                .withPropertyValues("keyedsequential.defaults.retry.max-attempts=4")
                .run(context ->
                        assertThat(options(context).retryPolicy().backoff()).isEqualTo(Duration.ofSeconds(1)));
    }

    private static String method(Class<?> type) {
        return type.getName() + ".process(String)";
    }

    private static ThrowableAssertAlternative<MisconfiguredAtomException> refusal(
            Class<?> bean, String property, String action) {
        Throwable[] failure = new Throwable[1];
        app().withBean(bean).withPropertyValues(property).run(context -> failure[0] = context.getStartupFailure());
        return assertThatExceptionOfType(MisconfiguredAtomException.class)
                .isThrownBy(() -> {
                    throw failure[0];
                })
                .satisfies(refusal -> assertThat(refusal.action()).isEqualTo(action));
    }
}
