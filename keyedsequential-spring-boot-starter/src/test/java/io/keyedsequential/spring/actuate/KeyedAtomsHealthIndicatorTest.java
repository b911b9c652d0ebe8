package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneState;
import io.keyedsequential.Reservation;
import io.keyedsequential.spring.actuate.KeyedAtomsHealthIndicator.AtomHealthDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsHealthIndicator.StuckLaneDescriptor;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsActuatorAutoConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A paused atom holds what is enqueued; stuck after zero time is whatever does not move. */
class KeyedAtomsHealthIndicatorTest {

    private final KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail")
            .executor(Runnable::run)
            .maxConcurrency(1)
            .closeTimeout(Duration.ZERO)
            .exhaustedPolicy(ExhaustedPolicy.PARK)
            .build();

    private ApplicationContextRunner health() {
        return app().withConfiguration(AutoConfigurations.of(KeyedAtomsActuatorAutoConfiguration.class))
                .withBean("mailer", KeyedCoordinator.class, () -> mail);
    }

    private static Health healthOf(ApplicationContext context) {
        return context.getBean(KeyedAtomsHealthIndicator.class).health();
    }

    private static AtomHealthDescriptor mailIn(Health health) {
        return (AtomHealthDescriptor) ((Map<?, ?>) health.getDetails().get("atoms")).get("mail");
    }

    @Test
    void anAtomAtRestIsUpAndShowsItsNumbers() {
        health().run(context -> {
            Health health = healthOf(context);
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("stuckAfter", Duration.ofMinutes(1));
            assertThat(mailIn(health))
                    .isEqualTo(new AtomHealthDescriptor(
                            null,
                            false,
                            true,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            Duration.ZERO,
                            new BoundedList<>(List.of(), 0, false),
                            null));
            assertAtRest(context);
        });
    }

    @Test
    void aReservedPlaceIsShown() {
        health().run(context -> {
            Reservation place = mail.reserve("ada");
            assertThat(mailIn(healthOf(context)).reserved()).isOne();
            place.close();
            assertThat(mailIn(healthOf(context)).reserved()).isZero();
        });
    }

    @Test
    void aStuckKeyIsShownMaskedAndTheStatusStaysUp() {
        health().withPropertyValues("keyedsequential.health.stuck-after=0s").run(context -> {
            mail.pause();
            mail.execute("ada", () -> {});
            Health health = healthOf(context);
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(mailIn(health).paused()).isTrue();
            assertThat(mailIn(health).queued()).isOne();
            assertThat(mailIn(health).stuck().total()).isOne();
            assertThat(mailIn(health).stuck().entries()).singleElement().satisfies(lane -> {
                assertThat(lane.key()).isEqualTo(context.getBean(KeyMask.class).mask("ada"));
                assertThat(lane.state()).isEqualTo(LaneState.PAUSED);
                assertThat(lane.age()).isPositive();
                assertThat(lane.why()).isEqualTo("the atom is paused; operation 1 is next");
            });
            assertThat(health.toString()).doesNotContain("ada");
            mail.resume();
            assertThat(mailIn(healthOf(context)).stuck().total()).isZero();
            assertAtRest(context);
        });
    }

    @Test
    void aParkedKeyIsShownAtOnceByItsMask() {
        health().withPropertyValues("keyedsequential.health.status-when-stuck=down")
                .run(context -> {
                    mail.execute("ada", () -> {
                        throw new IllegalStateException();
                    });
                    Health health = healthOf(context);
                    assertThat(health.getDetails()).containsEntry("stuckAfter", Duration.ofMinutes(1));
                    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(mailIn(health).parked()).isOne();
                    assertThat(mailIn(health).stuck().total()).isOne();
                    assertThat(mailIn(health).stuck().entries()).singleElement().satisfies(lane -> {
                        assertThat(lane.key())
                                .isEqualTo(context.getBean(KeyMask.class).mask("ada"));
                        assertThat(lane.state()).isEqualTo(LaneState.PARKED);
                    });
                    mail.purge("ada");
                    assertAtRest(context);
                });
    }

    @Test
    void whatHasNotBeenHeldLongEnoughIsNotStuck() {
        health().withPropertyValues("keyedsequential.health.status-when-stuck=down")
                .run(context -> {
                    mail.pauseKey("ada");
                    mail.execute("ada", () -> {});
                    assertThat(healthOf(context).getStatus()).isEqualTo(Status.UP);
                    assertThat(mailIn(healthOf(context)).stuck().entries()).isEmpty();
                    mail.resumeKey("ada");
                    assertAtRest(context);
                });
    }

    @Test
    void aKeyThatOnlyWaitsForAPermitIsToldByTheOldestWaitAndIsNotStuck() {
        List<Runnable> later = new ArrayList<>();
        KeyedCoordinator<String> busy = KeyedCoordinator.<String>builder("busy")
                .executor(later::add)
                .maxConcurrency(1)
                .build();
        health().withBean("busy", KeyedCoordinator.class, () -> busy)
                .withPropertyValues("keyedsequential.health.stuck-after=0s")
                .run(context -> {
                    busy.execute("ada", () -> {});
                    busy.execute("bob", () -> {});
                    busy.execute("bob", () -> {});
                    AtomHealthDescriptor health = (AtomHealthDescriptor)
                            ((Map<?, ?>) healthOf(context).getDetails().get("atoms")).get("busy");
                    assertThat(health.stuck().total()).isZero();
                    assertThat(health.oldestWait()).isPositive();
                    while (!later.isEmpty()) {
                        later.remove(0).run();
                    }
                    assertAtRest(context);
                });
    }

    @Test
    void theStatusChangesOnlyAsConfiguredAndOnlyWhileAKeyIsStuck() {
        health().withPropertyValues(
                        "keyedsequential.health.stuck-after=0s",
                        "keyedsequential.health.status-when-stuck=out-of-service")
                .run(context -> {
                    assertThat(healthOf(context).getStatus()).isEqualTo(Status.UP);
                    mail.execute("ada", () -> {
                        throw new IllegalStateException();
                    });
                    assertThat(healthOf(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
                    mail.skip("ada");
                    assertThat(healthOf(context).getStatus()).isEqualTo(Status.UP);
                    assertAtRest(context);
                });
    }

    @Test
    void theAnswerAsItIsRead() {
        health().withPropertyValues("keyedsequential.health.stuck-after=0s").run(context -> {
            mail.execute("ada", () -> {
                throw new IllegalStateException("personal data");
            });
            mail.execute("ada", () -> {});
            String json = new ObjectMapper().writeValueAsString(healthOf(context));
            assertThat(json).doesNotContain("personal data", "\"ada\"");
            JsonNode details = new ObjectMapper().readTree(json).get("details");
            assertThat(details.get("stuckAfter").asString()).isEqualTo("PT0S");
            JsonNode worst = details.at("/atoms/mail/stuck/entries/0");
            assertThat(worst.get("state").asString()).isEqualTo("PARKED");
            assertThat(worst.get("age").asString()).startsWith("PT");
            assertThat(worst.get("why").asString()).endsWith("; 1 operation waits behind it");
            mail.purge("ada");
            assertAtRest(context);
        });
    }

    @Test
    void onlyTheWorstFewAreShown() {
        health().withPropertyValues("keyedsequential.health.stuck-after=0s").run(context -> {
            mail.pause();
            for (int i = 0; i <= AtomHealthDescriptor.MOST_COUNTED; i++) {
                mail.execute("customer-" + i, () -> {});
            }
            BoundedList<StuckLaneDescriptor> stuck = mailIn(healthOf(context)).stuck();
            assertThat(stuck.entries())
                    .hasSize(AtomHealthDescriptor.MOST_SHOWN)
                    .first()
                    .extracting(StuckLaneDescriptor::key)
                    .isEqualTo(context.getBean(KeyMask.class).mask("customer-0"));
            assertThat(stuck.total()).isEqualTo(AtomHealthDescriptor.MOST_COUNTED);
            assertThat(stuck.truncated()).isTrue();
            mail.resume();
            assertAtRest(context);
        });
    }
}
