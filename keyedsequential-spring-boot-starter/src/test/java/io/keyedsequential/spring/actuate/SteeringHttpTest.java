package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static io.keyedsequential.spring.actuate.EndpointScenario.park;
import static io.keyedsequential.spring.actuate.EndpointScenario.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneState;
import io.keyedsequential.spring.atom.KeyMask;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** What operators may do where access is opened. */
@SpringBootTest(
        classes = EndpointApp.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=keyedatoms",
            "management.endpoint.keyedatoms.access=unrestricted"
        })
@AutoConfigureRestTestClient
@ExtendWith(OutputCaptureExtension.class)
class SteeringHttpTest {

    private static final String MAIL = "/actuator/keyedatoms/mail";

    @Autowired
    private RestTestClient client;

    @Autowired
    private KeyedCoordinator<String> mail;

    @Autowired
    private KeyMask mask;

    @Autowired
    private ApplicationContext context;

    @AfterEach
    void nothingIsLeft() {
        assertAtRest(context);
    }

    private String lane(String key) {
        return MAIL + "/" + mask.mask(key).substring(1);
    }

    private static String action(String action) {
        return "{\"action\":\"%s\"}".formatted(action);
    }

    private static String messageOf(JsonNode refusal) {
        return refusal.get("message").asString();
    }

    @Test
    void theAnswersSayThatItIsOpen() {
        assertThat(get(client, "/actuator/keyedatoms").get("writable").asBoolean())
                .isTrue();
        mail.pauseKey("a");
        assertThat(get(client, lane("a")).get("writable").asBoolean()).isTrue();
        mail.resumeKey("a");
    }

    @Test
    void anAtomIsPausedAndResumed() {
        assertThat(post(client, MAIL, action("pause"), 200).get("result").asString())
                .startsWith("paused");
        assertThat(mail.isPaused()).isTrue();
        assertThat(get(client, MAIL).get("summary").get("state").asString()).isEqualTo("PAUSED");
        assertThat(post(client, MAIL, action("RESUME"), 200).get("action").asString())
                .isEqualTo("resume");
        assertThat(mail.isPaused()).isFalse();
    }

    @Test
    void aLimitIsChangedIfItIsOne() {
        JsonNode done = post(client, MAIL, "{\"action\":\"limits\",\"maxConcurrency\":7}", 200);
        assertThat(done.get("maxConcurrency").asInt()).isEqualTo(7);
        assertThat(done.get("result").asString()).startsWith("maxConcurrency is 7, was 2");
        assertThat(mail.stats().maxConcurrency()).isEqualTo(7);
        for (String wrong : new String[] {"0", "-3", "null", "100000000"}) {
            assertThat(messageOf(
                            post(client, MAIL, "{\"action\":\"limits\",\"maxConcurrency\":%s}".formatted(wrong), 400)))
                    .startsWith("mail: maxConcurrency: 1 to ")
                    .endsWith("not " + wrong);
        }
        assertThat(mail.stats().maxConcurrency()).isEqualTo(7);
        JsonNode limits = get(client, MAIL).get("summary").get("limits");
        assertThat(limits.get("maxConcurrency").asInt()).isEqualTo(7);
        assertThat(limits.get("configuredMaxConcurrency").asInt()).isEqualTo(2);
        JsonNode reset = post(client, MAIL, action("reset-limits"), 200);
        assertThat(reset.get("result").asString()).startsWith("maxConcurrency is 2 as configured, was 7");
        assertThat(mail.stats().maxConcurrency()).isEqualTo(2);
        assertThat(get(client, MAIL).get("summary").get("limits").has("configuredMaxConcurrency"))
                .isFalse();
        assertThat(messageOf(post(client, MAIL, "{\"action\":\"reset-limits\",\"maxConcurrency\":3}", 400)))
                .isEqualTo("mail: maxConcurrency: belongs to limits, not to reset-limits");
    }

    @Test
    void anOperationThatWaitsIsCancelledOnce() {
        mail.pause();
        CompletableFuture<String> future = mail.submit("a", () -> "done");
        long id = mail.snapshot().get(0).id();
        String cancel = "{\"action\":\"cancel\",\"operation\":%d}".formatted(id);
        assertThat(post(client, MAIL, cancel, 200)
                        .get("operations")
                        .get("entries")
                        .get(0)
                        .asLong())
                .isEqualTo(id);
        assertThat(future).isCancelled();
        assertThat(messageOf(post(client, MAIL, cancel, 404)))
                .isEqualTo("mail: operation %d has ended, or never was".formatted(id));
        assertThat(messageOf(post(client, MAIL, action("cancel"), 400))).contains("operation");
        mail.resume();
    }

    @Test
    void aParkedOperationIsTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        mail.execute("a", () -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("meant to fail once");
            }
            second.countDown();
        });
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> mail.lane("a").orElseThrow().state() == LaneState.PARKED);
        JsonNode stuck = get(client, MAIL).get("stuck").get("entries");
        assertThat(stuck).hasSize(1);
        assertThat(stuck.get(0).get("state").asString()).isEqualTo("PARKED");
        JsonNode done = post(client, MAIL + "/" + stuck.get(0).get("handle").asString(), action("retry"), 200);
        assertThat(done.get("result").asString())
                .isEqualTo("operation %d is tried again"
                        .formatted(
                                stuck.get(0).get("operations").get(0).get("id").asLong()));
        await(second);
    }

    @Test
    void whatIsParkedIsSkippedAndItsFollowersRun(CapturedOutput output) {
        park(mail, "a", 1);
        JsonNode done = post(client, lane("a"), action("skip"), 200);
        long skipped = done.get("operations").get("entries").get(0).asLong();
        assertThat(done.get("key").asString()).isEqualTo(mask.mask("a"));
        assertThat(mail.awaitIdle(Duration.ofMinutes(2))).isTrue();
        assertThat(mail.recent())
                .anySatisfy(ended -> assertThat(ended.id()).isEqualTo(skipped))
                .anySatisfy(ended -> assertThat(ended.id()).isGreaterThan(skipped));
        assertThat(output)
                .contains("mail: skip of key %s by an unknown operator: operation %d is given up; the key goes on"
                        .formatted(mask.mask("a"), skipped));
    }

    @Test
    void whatWaitsIsPurgedAndCounted() {
        park(mail, "a", 2);
        JsonNode purged = post(client, lane("a"), action("purge"), 200);
        assertThat(purged.get("operations").get("total").asInt()).isEqualTo(3);
        assertThat(purged.get("operations").get("entries")).hasSize(3);
        assertThat(purged.get("result").asString()).isEqualTo("3 operations are taken out and will never run");
    }

    @Test
    void aKeyIsPausedAndResumed() {
        mail.pauseKey("a");
        post(client, lane("a"), action("pause"), 200);
        assertThat(get(client, lane("a")).get("paused").asBoolean()).isTrue();
        post(client, lane("a"), action("resume"), 200);
        assertThat(messageOf(post(client, lane("a"), action("resume"), 404)))
                .isEqualTo("mail: no such lane: it has emptied, or never was; no key has a lane now");
    }

    @Test
    void whereNothingIsParkedThereIsNothingToRetryOrToSkip() {
        mail.pauseKey("a");
        for (String action : new String[] {"retry", "skip"}) {
            assertThat(messageOf(post(client, lane("a"), action(action), 409)))
                    .isEqualTo(
                            "mail: nothing to %s: no operation of this key is parked or backs off; an operator paused the key; it has no operation"
                                    .formatted(action));
        }
        mail.resumeKey("a");
    }

    @Test
    void aRequestThatIsWrongIsToldWhatWouldBeRight() {
        assertThat(messageOf(post(client, MAIL, action("stop"), 400)))
                .isEqualTo(
                        "action: pause, resume, limits, reset-limits, cancel, retry, skip, purge, abandon, retry-parked, "
                                + "skip-parked, purge-parked, not stop");
        assertThat(messageOf(post(client, MAIL, "{}", 400))).endsWith("not null");
        assertThat(messageOf(post(client, lane("a"), action("limits"), 400)))
                .isEqualTo("action: retry, skip, purge, pause, resume, not limits");
        assertThat(messageOf(post(client, MAIL, "{\"action\":\"pause\",\"maxConcurrency\":3}", 400)))
                .isEqualTo("mail: maxConcurrency: belongs to limits, not to pause");
        assertThat(messageOf(post(client, "/actuator/keyedatoms/nobody", action("pause"), 404)))
                .isEqualTo("no atom 'nobody'; known atoms: [mail, orders]");
    }
}
