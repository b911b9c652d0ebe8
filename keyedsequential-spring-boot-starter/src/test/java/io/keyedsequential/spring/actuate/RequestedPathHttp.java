package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static io.keyedsequential.spring.actuate.EndpointScenario.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneState;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Which atom and which key a request means, whichever web framework serves it. */
@SpringBootTest(classes = EndpointApp.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@TestPropertySource(
        properties = {
            "management.endpoints.web.exposure.include=keyedatoms",
            "management.endpoint.keyedatoms.access=unrestricted",
            "management.endpoint.keyedatoms.show-keys=always"
        })
@Import(RequestedPathHttp.Paths.class)
abstract class RequestedPathHttp {

    private static final String ROOT = "/actuator/keyedatoms";
    private static final String PATHS = ROOT + "/paths";

    @Configuration(proxyBeanMethods = false)
    static class Paths {
        @Bean
        KeyedCoordinator<String> paths() {
            return KeyedCoordinator.<String>builder("paths")
                    .exhaustedPolicy(ExhaustedPolicy.PARK)
                    .build();
        }
    }

    @LocalServerPort
    private int port;

    @Autowired
    private KeyedCoordinator<String> paths;

    @Autowired
    private KeyedCoordinator<String> mail;

    RestTestClient client;

    @BeforeEach
    void connect() {
        client = RestTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .build();
    }

    @AfterEach
    void nothingIsPaused() {
        paths.keys().forEach(paths::resumeKey);
        mail.keys().forEach(mail::resumeKey);
        assertThat(paths.keys()).isEmpty();
        assertThat(mail.keys()).isEmpty();
        assertThat(paths.isPaused()).isFalse();
        assertThat(mail.isPaused()).isFalse();
    }

    static String body(String... fields) {
        ObjectNode body = new ObjectMapper().createObjectNode();
        for (int i = 0; i < fields.length; i += 2) {
            body.put(fields[i], fields[i + 1]);
        }
        return body.toString();
    }

    static String messageOf(JsonNode refusal) {
        return refusal.get("message").asString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"atom", "path"})
    void whatTheBodySaysOfTheAtomIsRefusedByName(String parameter) {
        JsonNode refusal = post(client, PATHS, body("action", "pause", parameter, "mail"), 400);
        assertThat(messageOf(refusal)).startsWith(parameter + ": ");
        mail.pauseKey("ada");
        refusal = post(client, PATHS + "/ada", body("action", "resume", parameter, "mail"), 400);
        assertThat(messageOf(refusal)).startsWith(parameter + ": ");
        assertThat(mail.lane("ada").orElseThrow().paused()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"atom=mail", "path=mail", "path=mail&path=ada", "atom=mail&atom=paths", "atom=", "path="})
    void whatTheQuerySaysOfTheAtomIsRefusedByName(String query) {
        String parameter = query.substring(0, query.indexOf('='));
        String message = messageOf(post(client, PATHS + "?" + query, body("action", "pause"), 400));
        assertThat(message).startsWith(parameter + ": ");
        paths.pauseKey("ada");
        for (String path : new String[] {PATHS, PATHS + "/ada"}) {
            byte[] answer = client.get()
                    .uri(path + "?" + query)
                    .exchange()
                    .expectStatus()
                    .isBadRequest()
                    .expectBody()
                    .returnResult()
                    .getResponseBody();
            assertThat(messageOf(new ObjectMapper().readTree(answer))).startsWith(parameter + ": ");
        }
    }

    @Test
    void aPathThatNamesAKeyIsTheOnlyOneThatDoes() {
        paths.pauseKey("ada");
        paths.pauseKey("bob");
        for (String key : new String[] {"bob", "ada", ""}) {
            JsonNode refusal = post(client, PATHS + "/ada", body("action", "resume", "key", key), 400);
            assertThat(messageOf(refusal)).startsWith("key: ");
        }
        post(client, PATHS + "/ada?key=bob", body("action", "resume"), 400);
        assertThat(paths.keys()).containsExactlyInAnyOrder("ada", "bob");
    }

    @ParameterizedTest
    @CsvSource({"maxConcurrency, 3", "operation, 17", "error, java.lang.Exception", "preview, true", "atMost, 2"})
    void whatBelongsToAnAtomIsRefusedForAKey(String parameter, String value) {
        paths.pauseKey("ada");
        for (String path : new String[] {PATHS + "/ada", PATHS + "?key=ada"}) {
            JsonNode refusal = post(client, path, body("action", "resume", parameter, value), 400);
            assertThat(messageOf(refusal)).startsWith(parameter + ": belongs to a request about an atom");
        }
        assertThat(paths.keys()).containsExactly("ada");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//x",
                "/leading",
                "trailing/",
                "two//slashes",
                "/",
                "///",
                "",
                " ",
                "..",
                "a%2Fb",
                "%2F",
                "ü/ß",
                "?#;"
            })
    void aKeyThatNoPathCanCarryIsSteeredByTheBody(String key) {
        JsonNode paused = post(client, PATHS, body("action", "pause", "key", key), 200);
        assertThat(paused.get("key").asString()).isEqualTo(key);
        assertThat(paths.keys()).containsExactly(key);
        assertThat(paths.lane(key).orElseThrow().state()).isEqualTo(LaneState.PAUSED);
        byte[] lane = client.get()
                .uri(PATHS + "?key={key}", key)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody();
        assertThat(new ObjectMapper().readTree(lane).get("key").asString()).isEqualTo(key);
        post(client, PATHS, body("action", "resume", "key", key), 200);
        assertThat(paths.keys()).isEmpty();
        for (String verb : new String[] {"skip", "purge", "retry"}) {
            EndpointScenario.park(paths, key, 0);
            JsonNode done = post(client, PATHS, body("action", verb, "key", key), 200);
            assertThat(done.get("operations").get("total").asInt()).isOne();
            if (verb.equals("retry")) { // it fails once more
                Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> paths.lane(key).orElseThrow().state() == LaneState.PARKED);
                paths.purge(key);
            }
        }
    }

    @Test
    void keysThatDifferInTheirSlashesAreToldApartByTheBody() {
        paths.pauseKey("/x/y");
        paths.pauseKey("x/y/");
        post(client, PATHS, body("action", "resume", "key", "x/y/"), 200);
        assertThat(paths.keys()).containsExactly("/x/y");
        post(client, PATHS, body("action", "pause", "key", "x/y"), 200);
        assertThat(paths.keys()).containsExactlyInAnyOrder("/x/y", "x/y");
    }

    @Test
    void theHandleOfAKeyIsTakenFromTheBodyAsWell() {
        paths.pauseKey("//x");
        String handle = get(client, PATHS)
                .get("lanes")
                .get("entries")
                .get(0)
                .get("handle")
                .asString();
        post(client, PATHS, body("action", "resume", "key", handle), 200);
        assertThat(paths.keys()).isEmpty();
        post(client, PATHS, body("action", "pause", "key", handle), 404);
    }

    @Test
    void aRequestThatNamesNoAtomIsRefused() {
        assertThat(messageOf(post(client, ROOT, body("action", "pause"), 400))).startsWith("which atom?");
        assertThat(messageOf(post(client, ROOT, body("action", "pause", "atom", "paths"), 400)))
                .startsWith("atom: ");
    }
}
