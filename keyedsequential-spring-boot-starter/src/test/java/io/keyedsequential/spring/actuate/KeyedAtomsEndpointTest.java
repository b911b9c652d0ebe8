package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneState;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.Reservation;
import io.keyedsequential.spring.actuate.AddressedLane.Requester;
import io.keyedsequential.spring.actuate.AtomDescriptor.AtomSummaryDescriptor;
import io.keyedsequential.spring.actuate.BoundedList.Limit;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpointExtensions.KeyedAtomsEndpointWebExtension;
import io.keyedsequential.spring.actuate.ParkedSteering.ParkedRequest;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.ObjectMapper;

@ExtendWith(OutputCaptureExtension.class)
class KeyedAtomsEndpointTest {

    private record Somebody(String role) implements SecurityContext {
        @Override
        public Principal getPrincipal() {
            return () -> "somebody";
        }

        @Override
        public boolean isUserInRole(String asked) {
            return role.equals(asked);
        }
    }

    private String keyShownTo(AtomRegistry registry, Show show, SecurityContext reader, Set<String> roles) {
        KeyedAtomsEndpoint endpoint = new KeyedAtomsEndpoint(registry, new KeyMask(), show, false);
        AtomDescriptor atom = (AtomDescriptor) new KeyedAtomsEndpointWebExtension(endpoint, show, roles)
                .keyedAtom(reader, new String[] {"mail"}, null, null, null, null)
                .getBody();
        return atom.lanes().entries().get(0).key();
    }

    @Test
    void keysAreShownToThoseWhoHaveTheRole() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        mail.pauseKey("customer-7");
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            AtomRegistry registry = registry(context);
            Set<String> admin = Set.of("admin");
            assertThat(keyShownTo(registry, Show.WHEN_AUTHORIZED, new Somebody("admin"), admin))
                    .isEqualTo("customer-7");
            assertThat(keyShownTo(registry, Show.WHEN_AUTHORIZED, new Somebody("guest"), admin))
                    .startsWith("#");
            assertThat(keyShownTo(registry, Show.WHEN_AUTHORIZED, new Somebody("guest"), Set.of()))
                    .isEqualTo("customer-7");
            assertThat(keyShownTo(registry, Show.WHEN_AUTHORIZED, SecurityContext.NONE, Set.of()))
                    .startsWith("#");
            assertThat(keyShownTo(registry, Show.NEVER, new Somebody("admin"), admin))
                    .startsWith("#");
            mail.resumeKey("customer-7");
        });
    }

    @Test
    void aNameCannotMakeALineOfTheLog(CapturedOutput output) {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            KeyedAtomsEndpoint endpoint = new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.NEVER, true);
            endpoint.steer(
                    "mail",
                    "pause",
                    null,
                    null,
                    ParkedRequest.NONE,
                    new Requester("eve\r\nmail: pause by 'olga'", false));
            endpoint.steer("mail", "resume", null, null, ParkedRequest.NONE, new Requester(null, false));
            assertThat(output).contains("mail: pause by 'eve\\r\\nmail: pause by 'olga'': paused");
            assertAtRest(context);
        });
    }

    @Test
    void listsAreBoundedAndSaySo() {
        KeyedCoordinator<Integer> mail =
                KeyedCoordinator.<Integer>builder("mail").maxConcurrency(1).build();
        CountDownLatch gate = new CountDownLatch(1);
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            int keys = AtomDescriptor.LANES + 5;
            for (int i = 0; i < keys; i++) {
                mail.execute(i, () -> await(gate));
            }
            AtomDescriptor atom = new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.NEVER, false)
                    .keyedAtom("mail", null, null);
            assertThat(atom.lanes().entries()).hasSize(AtomDescriptor.LANES);
            assertThat(atom.lanes().total()).isEqualTo(keys);
            assertThat(atom.lanes().truncated()).isTrue();
            gate.countDown();
            assertThat(mail.awaitIdle(Duration.ofMinutes(2))).isTrue();
            for (int i = 0; i <= AtomDescriptor.OPERATIONS; i++) {
                mail.submit(i, () -> null).join();
            }
            mail.awaitIdle(Duration.ofMinutes(2));
            atom = new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.NEVER, false)
                    .keyedAtom("mail", null, null);
            assertThat(atom.recent().entries()).hasSize(AtomDescriptor.OPERATIONS);
            assertThat(atom.recent().truncated()).isTrue();
            assertThat(atom.summary().declaredBy()).isEqualTo("bean 'mailer'");
        });
    }

    @Test
    void withTenThousandLanesAndALongQueueAnAnswerIsAsSmallAsWithAFew() {
        int keys = 10_000;
        int operations = 100_000;
        KeyedCoordinator<Integer> mail = KeyedCoordinator.<Integer>builder("mail")
                .maxConcurrency(2)
                .capacity(operations + 1)
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            mail.execute(-1, () -> {
                throw new IllegalStateException("meant to fail");
            });
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> mail.stats().parked() == 1);
            mail.pause();
            for (int i = 0; i < operations; i++) {
                mail.execute(i % keys, () -> {});
            }
            KeyedAtomsEndpoint endpoint = new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.NEVER, false);
            AtomDescriptor atom = endpoint.keyedAtom("mail", null, null);
            assertThat(atom.summary().counts().queued()).isGreaterThanOrEqualTo(operations);
            assertThat(atom.summary().oldestWait()).isPositive();
            assertThat(atom.lanes().entries())
                    .hasSize(AtomDescriptor.LANES)
                    .allSatisfy(lane -> assertThat(lane.operations()).hasSize(10));
            assertThat(atom.lanes().total()).isEqualTo(keys + 1);
            assertThat(atom.stuck().entries()).singleElement().satisfies(lane -> assertThat(lane.state())
                    .isEqualTo(LaneState.PARKED));
            assertThat(endpoint.keyedAtom("mail", 100_000, null).lanes().entries())
                    .hasSize(Limit.MOST);
            assertThat(new ObjectMapper().writeValueAsBytes(atom)).hasSizeLessThan(100_000);
            String handle = atom.lanes().entries().get(0).handle();
            assertThat(endpoint.keyedLane("mail", handle, null).operations().entries())
                    .hasSize(operations / keys);
            mail.purge(-1);
            mail.resume();
            assertThat(mail.awaitIdle(Duration.ofMinutes(2))).isTrue();
            assertAtRest(context);
        });
    }

    @Test
    void whatTakesRoomAddsUpToAFullAtom() {
        KeyedCoordinator<Integer> mail = KeyedCoordinator.<Integer>builder("mail")
                .capacity(10)
                .overflowPolicy(OverflowPolicy.REJECT)
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            KeyedAtomsEndpoint endpoint = new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.NEVER, false);
            mail.execute(0, () -> {
                throw new IllegalStateException("meant to fail");
            });
            CompletableFuture<Void> stage = new CompletableFuture<>();
            mail.submitAsync(1, () -> stage);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> mail.stats().parked() == 1 && mail.stats().awaiting() == 1);
            mail.pauseKey(2);
            mail.execute(2, () -> {});
            List<Reservation> places = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                places.add(mail.reserve(3));
            }
            assertThat(endpoint.keyedAtom("mail", null, null)
                            .summary()
                            .attention()
                            .saturated())
                    .isFalse(); // 8 of 10
            places.add(mail.reserve(3));
            places.add(mail.reserve(3));
            assertThatThrownBy(() -> mail.execute(4, () -> {})).hasMessageContaining("full");
            AtomSummaryDescriptor summary =
                    endpoint.keyedAtom("mail", null, null).summary();
            assertThat(summary.attention().saturated()).isTrue();
            assertThat(summary.counts().reserved()).isEqualTo(7);
            assertThat(summary.counts().queued()
                            + summary.counts().reserved()
                            + summary.counts().awaiting()
                            + summary.counts().parked())
                    .isEqualTo(10);
            assertThat(new ObjectMapper()
                            .readTree(new ObjectMapper().writeValueAsBytes(summary))
                            .at("/counts/reserved")
                            .asInt())
                    .isEqualTo(7);
            places.forEach(Reservation::close);
            stage.complete(null);
            mail.purge(0);
            mail.resumeKey(2);
            assertThat(mail.awaitIdle(Duration.ofMinutes(2))).isTrue();
            assertAtRest(context);
        });
    }

    @Test
    void ofManyParkedLanesAsManyAreShownAsAskedForAndThatThereAreMore() {
        KeyedCoordinator<Integer> mail = KeyedCoordinator.<Integer>builder("mail")
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            for (int i = 0; i < 5; i++) {
                mail.execute(i, () -> {
                    throw new IllegalStateException("meant to fail");
                });
            }
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> mail.stats().parked() == 5);
            KeyedAtomsEndpoint endpoint = new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.ALWAYS, false);
            BoundedList<LaneDescriptor> stuck =
                    endpoint.keyedAtom("mail", 3, null).stuck();
            assertThat(stuck.entries()).extracting(LaneDescriptor::key).containsExactly("0", "1", "2");
            assertThat(stuck.truncated()).isTrue();
            assertThat(stuck.total()).isGreaterThan(3);
            assertThat(endpoint.keyedAtom("mail", 5, null).stuck().truncated()).isFalse();
            mail.keys().forEach(mail::skip);
            assertAtRest(context);
        });
    }

    @Test
    void keysThatPrintAlikeShareAnAddressThatLeadsToNone() {
        KeyedCoordinator<Object> mail = KeyedCoordinator.builder("mail").build();
        mail.pauseKey(17L);
        mail.pauseKey("17");
        app().withBean("mailer", KeyedCoordinator.class, () -> mail).run(context -> {
            KeyedAtomsEndpoint endpoint = new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.ALWAYS, true);
            assertThatThrownBy(() -> endpoint.steerLane("mail", "17", "purge"))
                    .isInstanceOf(InvalidEndpointRequestException.class)
                    .hasMessage("mail: 2 lanes have this address, since their keys print alike");
            mail.resumeKey(17L);
            mail.resumeKey("17");
        });
    }

    @Test
    void anAtomThatIsABeanIsListed() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        app().withBean("mailer", KeyedCoordinator.class, () -> mail)
                .run(context -> assertThat(new KeyedAtomsEndpoint(registry(context), new KeyMask(), Show.NEVER, false)
                                .keyedAtoms(null)
                                .atoms())
                        .containsOnlyKeys("mail"));
    }
}
