package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static io.keyedsequential.spring.actuate.EndpointScenario.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneState;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.KeyMask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Keys and atoms that no URL and no log is made for. */
@SpringBootTest(
        classes = EndpointApp.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=keyedatoms",
            "management.endpoint.keyedatoms.access=unrestricted",
            "management.endpoint.keyedatoms.show-keys=always"
        })
@Import(OddNamesHttpTest.Odd.class)
@AutoConfigureRestTestClient
class OddNamesHttpTest {

    private static final String ROOT = "/actuator/keyedatoms";
    private static final String PATHS = ROOT + "/paths";

    static class Tickets {
        @KeyedSequential(key = "#ticket", atom = "tickets")
        public CompletableFuture<Void> open(long ticket) {
            return CompletableFuture.completedFuture(null);
        }

        @KeyedSequential(key = "#p0", atom = "tickets", operation = "shut")
        public CompletableFuture<Void> close(Long ticket) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Odd {
        @Bean
        KeyedCoordinator<Object> paths() {
            return KeyedCoordinator.<Object>builder("paths")
                    .exhaustedPolicy(ExhaustedPolicy.PARK)
                    .build();
        }

        @Bean
        KeyedCoordinator<Object> slashed() {
            return KeyedCoordinator.<Object>builder("a/b").build();
        }

        @Bean
        KeyedCoordinator<Object> blank() {
            return KeyedCoordinator.<Object>builder("../ x%2F?ü").build();
        }

        @Bean
        Tickets tickets() {
            return new Tickets();
        }
    }

    /** Not to be printed, in one way or another. */
    record Unprintable(int way) {
        @Override
        public String toString() {
            return switch (way) {
                case 0 -> throw new IllegalStateException("no session");
                case 1 -> null;
                default -> toString() + way; // overflows the stack
            };
        }
    }

    record Counted(List<Integer> parts) {}

    @Autowired
    private RestTestClient client;

    @Autowired
    private KeyedCoordinator<Object> paths;

    @Autowired
    private KeyMask mask;

    @AfterEach
    void nothingIsPaused() {
        paths.keys().forEach(paths::resumeKey);
        assertThat(paths.keys()).isEmpty();
    }

    private static String action(String action) {
        return "{\"action\":\"%s\"}".formatted(action);
    }

    private static String messageOf(JsonNode refusal) {
        return refusal.get("message").asString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"north/17", "a/b/c/d", "/leading", "trailing/", "two//slashes", "plain", "a b", "ü, x=1"})
    void aKeyIsAddressedByItsTextWhateverSlashesItHas(String key) {
        paths.pauseKey(key);
        String address = String.join("/", key.split("/")).replaceAll("^/|(?<=/)/", "");
        JsonNode lane = get(client, PATHS + "/" + address);
        assertThat(lane.get("key").asString()).isEqualTo(key);
        assertThat(lane.get("handle").asString()).isEqualTo(mask.mask(key).substring(1));
        paths.resumeKey(key);
    }

    @Test
    void keysThatAreToldApartOnlyByTheSlashesOfAPathAreNotConfused() {
        paths.pauseKey("/x/y");
        paths.pauseKey("x/y/");
        assertThat(messageOf(refused(PATHS + "/x/y", 409))).contains("2 lanes");
        paths.pauseKey("x/y");
        assertThat(get(client, PATHS + "/x/y").get("key").asString()).isEqualTo("x/y");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aKeyThatCannotBePrintedIsNamedByItsClassAndAddressedByItsHandle(int way) {
        Unprintable key = new Unprintable(way);
        paths.pauseKey(key);
        String handle = mask.mask(key).substring(1);
        JsonNode lane = get(client, PATHS).get("lanes").get("entries").get(0);
        assertThat(lane.get("key").asString()).contains("Unprintable");
        assertThat(lane.get("handle").asString()).isEqualTo(handle);
        assertThat(get(client, PATHS + "/" + handle).get("paused").asBoolean()).isTrue();
        post(client, PATHS + "/" + handle, action("resume"), 200);
    }

    @Test
    void keysThatCannotBePrintedHaveHandlesOfTheirOwnIfTheirHashesDiffer() {
        assertThat(KeyMask.print(new Unprintable(0))).isNotEqualTo(KeyMask.print(new Unprintable(1)));
        assertThat(mask.mask(new Unprintable(2))).isEqualTo(mask.mask(new Unprintable(2)));
    }

    @Test
    void aKeyOfAMegabyteIsShownInTwoHundredCharacters() {
        paths.pauseKey("k".repeat(1_000_000));
        String atom = get(client, PATHS).toString();
        assertThat(atom).doesNotContain("k".repeat(250)).hasSizeLessThan(10_000); // an atom and its only lane
        String handle = mask.mask("k".repeat(1_000_000)).substring(1);
        assertThat(get(client, PATHS + "/" + handle).get("key").asString()).hasSizeLessThan(250);
        assertThat(messageOf(refused(PATHS + "/nothing", 404))).hasSizeLessThan(500);
    }

    @Test
    void whatIsNotFoundIsToldWithWhatThereIs() {
        assertThat(messageOf(refused(ROOT + "/nobody", 404)))
                .isEqualTo("no atom 'nobody'; known atoms: [../ x%2F?ü, a/b, mail, orders, paths, tickets]");
        assertThat(messageOf(refused(ROOT + "/nobody/key", 404))).startsWith("no atom 'nobody'");
        assertThat(messageOf(refused(PATHS + "/ada", 404)))
                .isEqualTo("paths: no such lane: it has emptied, or never was; no key has a lane now");
        for (int i = 0; i < 30; i++) {
            paths.pauseKey("key-" + i);
        }
        assertThat(messageOf(refused(PATHS + "/ada", 404))).contains("key-").endsWith("] and 10 more");
        assertThat(messageOf(refused(PATHS + "/north/17", 404))).contains("these have one now");
    }

    private JsonNode refused(String path, int status) {
        byte[] body = client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .returnResult()
                .getResponseBody();
        return new tools.jackson.databind.ObjectMapper().readTree(body);
    }

    @Test
    void aKeyWithoutALaneIsPausedByItsText() {
        JsonNode paused = post(client, PATHS + "/north/17", action("pause"), 200);
        assertThat(paused.get("key").asString()).isEqualTo("north/17");
        assertThat(paths.lane("north/17").orElseThrow().state()).isEqualTo(LaneState.PAUSED);
        assertThat(messageOf(post(client, PATHS + "/0123456789ab", action("pause"), 404)))
                .contains("no such lane");
    }

    @Test
    void itsTextIsMadeAKeyOfTheTypeThatTheMethodsOfTheAtomDeclare() {
        post(client, ROOT + "/tickets/17", action("pause"), 200);
        JsonNode lane =
                get(client, ROOT + "/tickets").get("lanes").get("entries").get(0);
        assertThat(lane.get("key").asString()).isEqualTo("17");
        assertThat(messageOf(post(client, ROOT + "/tickets/seventeen", action("pause"), 400)))
                .isEqualTo("tickets: keys are of type java.lang.Long, and this text gives none; a key without a lane is"
                        + " named by its text");
        post(client, ROOT + "/tickets/17", action("resume"), 200);
    }

    @Test
    void everyMethodThatDeclaresAnAtomIsNamed() {
        assertThat(get(client, ROOT + "/tickets")
                        .get("summary")
                        .get("declaredBy")
                        .asString())
                .contains("Tickets.open(long)", "Tickets.close(Long)");
    }

    @Test
    void anAtomOfAnyNameIsAddressedByItsHandle() {
        JsonNode atoms = get(client, ROOT).get("atoms");
        for (String name : List.of("a/b", "../ x%2F?ü", "paths")) {
            String handle = atoms.get(name).get("handle").asString();
            assertThat(handle).matches("[A-Za-z0-9_~-]+");
            assertThat(get(client, ROOT + "/" + handle).get("name").asString()).isEqualTo(name);
            post(client, ROOT + "/" + handle, action("pause"), 200);
            post(client, ROOT + "/" + handle, action("resume"), 200);
        }
    }

    @Test
    void aParkedOperationWhoseKeyHasChangedIsReachedByItsId() {
        for (String verb : List.of("skip", "purge", "retry")) {
            Counted key = new Counted(new ArrayList<>(List.of(1)));
            CountDownLatch second = new CountDownLatch(2);
            long id = paths.execute(key, () -> {
                second.countDown();
                if (second.getCount() > 0) {
                    throw new IllegalStateException("meant to fail once");
                }
            });
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> paths.stats().parked() == 1);
            key.parts().add(2);
            String body = "{\"action\":\"%s\",\"operation\":%d}".formatted(verb, id);
            JsonNode done = post(client, PATHS, body, 200);
            assertThat(done.get("operations").get("entries").get(0).asLong()).isEqualTo(id);
            if (verb.equals("retry")) {
                await(second);
            } else {
                post(client, PATHS, body, verb.equals("purge") ? 200 : 404);
            }
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> paths.stats().lanes() == 0);
        }
        assertThat(messageOf(post(client, PATHS, action("retry"), 400)))
                .isEqualTo("paths: retry: which operation? Its id belongs in 'operation'");
    }

    @Test
    void anOperationThatNeverEndsIsAbandonedAndItsKeyGoesOn() {
        CompletableFuture<String> never = new CompletableFuture<>();
        CompletableFuture<String> stuck = paths.submitAsync("ada", () -> never);
        CompletableFuture<String> next = paths.submit("ada", () -> "went on");
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> paths.stats().awaiting() == 1);
        JsonNode lane = get(client, PATHS + "/ada");
        assertThat(lane.get("sentence").asString()).contains("can be abandoned");
        long id = lane.get("operation").get("id").asLong();
        String abandon = "{\"action\":\"abandon\",\"operation\":%d}".formatted(id);
        assertThat(post(client, PATHS, abandon, 200).get("result").asString())
                .isEqualTo("operation %d is abandoned: its key goes on, its body may still run".formatted(id));
        assertThat(next.join()).isEqualTo("went on");
        assertThat(stuck).isCompletedExceptionally();
        assertThat(messageOf(post(client, PATHS, abandon, 404))).contains("neither runs nor awaits");
        never.complete("too late");
    }

    @Test
    void aLaneCountsItsQueueAsTheAtomDoes() {
        paths.pauseKey("other");
        EndpointScenario.parkAny(paths, "ada", 2);
        JsonNode atom = get(client, PATHS);
        assertThat(atom.get("summary").get("counts").get("queued").asInt()).isEqualTo(2);
        JsonNode inList = atom.get("lanes").get("entries").get(0);
        JsonNode alone = get(client, PATHS + "/ada");
        for (JsonNode lane :
                List.of(inList, alone, atom.get("stuck").get("entries").get(0))) {
            assertThat(lane.get("queued").asInt()).isEqualTo(2);
            assertThat(lane.get("heldBack").asInt()).isOne();
            assertThat(lane.get("running").asInt()).isZero();
        }
        assertThat(alone.get("operations").get("total").asInt()).isEqualTo(3);
        paths.purge("ada");
    }
}
