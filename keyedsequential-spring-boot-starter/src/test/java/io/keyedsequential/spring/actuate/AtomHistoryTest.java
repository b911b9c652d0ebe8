package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.actuate.EndpointSurroundings.AtomHistory;
import io.keyedsequential.spring.actuate.EndpointSurroundings.AtomHistory.HistoryDescriptor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The last hour of every atom, at a clock that the test sets. */
class AtomHistoryTest {

    private Instant now = Instant.parse("2026-01-01T03:00:00Z");

    private static HistoryDescriptor of(AtomHistory history, org.springframework.context.ApplicationContext context) {
        return Objects.requireNonNull(
                history.describe(registry(context).atoms()).get("mail"));
    }

    @Test
    void everySampleSaysWhatHasHappenedSinceTheOneBefore() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            AtomHistory history = new AtomHistory(registry(context), () -> now, AtomHistory::made);
            mail.submit("a", () -> null).join();
            assertThat(history.describe(registry(context).atoms())).isEmpty();
            mail.awaitIdle(Duration.ofMinutes(2));
            history.sample();
            for (int i = 0; i < 3; i++) {
                mail.submit("a", () -> null).join();
            }
            mail.execute("b", () -> {
                throw new IllegalStateException("meant to fail");
            });
            mail.awaitIdle(Duration.ofMinutes(2));
            mail.pause();
            mail.execute("a", () -> {});
            mail.execute("a", () -> {});
            now = now.plusSeconds(15);
            history.sample();
            now = now.plusSeconds(600); // the process was asleep
            history.sample();
            HistoryDescriptor seen = of(history, context);
            assertThat(seen.from()).isEqualTo(Instant.parse("2026-01-01T03:00:00Z"));
            assertThat(seen.seconds()).containsExactly(0, 15, 615);
            assertThat(seen.completed()).containsExactly(0, 3, 0);
            assertThat(seen.failed()).containsExactly(0, 1, 0);
            assertThat(seen.queued()).containsExactly(0, 2, 2);
            assertThat(seen.oldestWait().get(0)).isZero();
            assertThat(seen.oldestWait().get(2))
                    .isGreaterThanOrEqualTo(seen.oldestWait().get(1));
            mail.resume();
        });
    }

    @Test
    void onlyTheLastHourIsRemembered() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            AtomHistory history = new AtomHistory(registry(context), () -> now, AtomHistory::made);
            for (int i = 0; i < 300; i++) {
                history.sample();
                now = now.plus(AtomHistory.EVERY);
            }
            HistoryDescriptor seen = of(history, context);
            assertThat(seen.seconds()).hasSize(240).startsWith(0, 15).endsWith(239 * 15);
            assertThat(seen.queued()).hasSize(240);
            assertThat(seen.from())
                    .isEqualTo(Instant.parse("2026-01-01T03:00:00Z").plusSeconds(60 * 15));
        });
    }

    @Test
    void theThreadEndsWithTheContext() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        app().run(context -> {
            AtomHistory history = new AtomHistory(registry(context), () -> now, run -> {
                Thread made = AtomHistory.made(run);
                threads.add(made);
                return made;
            });
            history.start();
            history.start();
            assertThat(threads).singleElement().satisfies(thread -> {
                assertThat(thread.isDaemon()).isTrue();
                assertThat(thread.getName()).isEqualTo("keyedsequential-history");
            });
            assertThat(history.isRunning()).isTrue();
            history.stop();
            assertThat(history.isRunning()).isFalse();
        });
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> !threads.get(0)
                .isAlive());
    }
}
