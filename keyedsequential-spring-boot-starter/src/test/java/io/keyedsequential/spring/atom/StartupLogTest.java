package io.keyedsequential.spring.atom;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.signal.SignalSink;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomLog.StartupLog;
import io.keyedsequential.spring.atom.AtomLog.StartupLog.AtomLine;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.support.StaticApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class StartupLogTest {

    static class Orders {
        @KeyedSequential(key = "#customer", atom = "orders", maxConcurrency = 3)
        public void place(String customer) {}
    }

    private static RegisteredAtom atom(KeyedCoordinator<String> coordinator) {
        return new RegisteredAtom(coordinator.name(), coordinator, "bean 'mail'", false);
    }

    @Test
    void everyAtomHasItsLineInTheOrderOfNames(CapturedOutput output) {
        app().withBean(Orders.class)
                .withBean("mail", KeyedCoordinator.class, () -> KeyedCoordinator.builder("mail")
                        .maxConcurrency(2)
                        .build())
                .withPropertyValues(
                        "keyedsequential.atoms.orders.capacity=500",
                        "keyedsequential.atoms.orders.block-timeout=90s",
                        "keyedsequential.atoms.orders.retry.max-attempts=4",
                        "keyedsequential.atoms.orders.exhausted-policy=park")
                .run(context -> {
                    String log = output.getOut();
                    assertThat(log)
                            .contains(
                                    "keyedsequential, 2 atoms", // classes that are in no jar have no version
                                    "orders: engine=memory, max-concurrency=3, per-key-concurrency=1, capacity=500, capacity-per-key=500, overflow-policy=block, block-timeout=90s, fair-scheduling=false, retry.max-attempts=4, exhausted-policy=park; declared by "
                                            + Orders.class.getTypeName() + ".place(String)")
                            .containsSubsequence(
                                    "INFO",
                                    "mail: engine=memory, max-concurrency=2",
                                    "declared by bean 'mail'",
                                    "orders: ");
                });
    }

    @Test
    void aLineSaysWhatIsSetAndLeavesOutWhatHasNoEffect() {
        try (KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail")
                .maxConcurrency(2)
                .perKeyConcurrency(2)
                .capacity(100)
                .capacityPerKey(10)
                .overflowPolicy(OverflowPolicy.REJECT)
                .fairScheduling(true)
                .queueTimeout(Duration.ofHours(2))
                .runTimeout(Duration.ofMillis(1500))
                .retryPolicy(RetryPolicy.builder().maxAttempts(2).build())
                .exhaustedPolicy(HttpTimeoutException.class, ExhaustedPolicy.HALT)
                .signals(new SignalSink(10, Duration.ofMinutes(1)))
                .deferOn("bank.closed")
                .resumeOn("bank.open")
                .shedOn("overload")
                .drainOn("leave")
                .build()) {
            mail.setMaxConcurrency(5);
            assertThat(AtomLine.of(atom(mail)))
                    .isEqualTo(
                            "mail: engine=memory, max-concurrency=5, per-key-concurrency=2, capacity=100, capacity-per-key=10, overflow-policy=reject, fair-scheduling=true, queue-timeout=2h, run-timeout=1500ms, retry.max-attempts=2, exhausted-policy=skip, exhausted-policies[java.net.http.HttpTimeoutException]=halt, defer-on=bank.closed, resume-on=bank.open, shed-on=overload, drain-on=leave; declared by bean 'mail'");
        }
    }

    @Test
    void anAtomThatComesLaterIsLoggedWhenItComesAndNoneTwice(CapturedOutput output) throws IOException {
        try (KeyedCoordinator<String> early =
                        KeyedCoordinator.<String>builder("early").build();
                KeyedCoordinator<String> late =
                        KeyedCoordinator.<String>builder("late").build();
                StaticApplicationContext context = new StaticApplicationContext()) {
            StartupLog log = new StartupLog();
            log.atomAdded(atom(early));
            assertThat(output).doesNotContain("early: ");
            log.onApplicationEvent(new ContextRefreshedEvent(context));
            assertThat(output).containsOnlyOnce("keyedsequential, 1 atom").containsOnlyOnce("early: engine=memory");
            log.onApplicationEvent(new ContextRefreshedEvent(context));
            assertThat(output).doesNotContain("late: ");
            log.atomAdded(atom(late));
            assertThat(output)
                    .containsOnlyOnce("keyedsequential, ")
                    .containsOnlyOnce("early: engine=memory")
                    .containsOnlyOnce("late: engine=memory");
        }
    }
}
