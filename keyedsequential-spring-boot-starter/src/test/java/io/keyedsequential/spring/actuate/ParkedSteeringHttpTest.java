package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static io.keyedsequential.spring.actuate.EndpointScenario.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.actuate.ActionLog.ActionMemory;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.event.OperatorActed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** What operators do to all parked lanes at once, and what is remembered of it. */
@SpringBootTest(
        classes = {EndpointApp.class, ParkedSteeringHttpTest.Listening.class},
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=keyedatoms",
            "management.endpoint.keyedatoms.access=unrestricted"
        })
@AutoConfigureRestTestClient
@ExtendWith(OutputCaptureExtension.class)
class ParkedSteeringHttpTest {

    private static final String MAIL = "/actuator/keyedatoms/mail";

    @TestConfiguration
    static class Listening {

        final List<OperatorActed> acted = new CopyOnWriteArrayList<>();

        @EventListener
        void acted(OperatorActed event) {
            acted.add(event);
        }
    }

    static class Unreachable extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Autowired
    private RestTestClient client;

    @Autowired
    private KeyedCoordinator<String> mail;

    @Autowired
    private KeyMask mask;

    @Autowired
    private Listening listening;

    @Autowired
    private ApplicationContext context;

    @AfterEach
    void nothingIsLeft() {
        mail.keys().forEach(mail::purge);
        assertAtRest(context);
    }

    /** Each with one operation behind the one that fails. */
    private void park(RuntimeException failure, String... keys) {
        long before = mail.stats().parked();
        for (String key : keys) {
            mail.execute(key, () -> {
                throw failure;
            });
            mail.execute(key, () -> {});
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> mail.stats().parked() == before + keys.length);
    }

    private JsonNode act(String body, int status) {
        return post(client, MAIL, body, status);
    }

    private static List<String> texts(JsonNode list, String field) {
        return list.get("entries")
                .valueStream()
                .map(each -> each.get(field).asString())
                .toList();
    }

    @Test
    void aPreviewSaysHowManyAndWhichAndDoesNothing(CapturedOutput output) {
        int acted = listening.acted.size();
        park(new IllegalStateException("no letter for a"), "a", "b");
        park(new Unreachable(), "c");
        JsonNode preview = act("{\"action\":\"purge-parked\",\"preview\":true}", 200);
        assertThat(preview.get("result").asString())
                .isEqualTo("would take out 6 operations of 3 keys, which would never run");
        assertThat(preview.get("preview").asBoolean()).isTrue();
        assertThat(preview.get("operations").get("total").asInt()).isZero();
        assertThat(texts(preview.get("lanes"), "key"))
                .containsExactlyInAnyOrder(mask.mask("a"), mask.mask("b"), mask.mask("c"));
        assertThat(preview.get("lanes").get("entries").get(0).get("behind").asInt())
                .isOne();
        assertThat(texts(preview.get("errors"), "type"))
                .containsExactly("java.lang.IllegalStateException", Unreachable.class.getName());
        assertThat(preview.get("errors").get("entries").get(0).get("lanes").asInt())
                .isEqualTo(2);
        assertThat(preview.toString()).doesNotContain("no letter");
        assertThat(mail.stats().parked()).isEqualTo(3);
        assertThat(output).doesNotContain("purge-parked");
        assertThat(listening.acted).hasSize(acted);
        assertThat(act("{\"action\":\"skip-parked\",\"preview\":true,\"error\":\"NoSuchThing\"}", 200)
                        .get("lanes")
                        .get("total")
                        .asInt())
                .isZero();
    }

    @Test
    void allOfOneErrorAreTriedAgainAndTheOthersStay(CapturedOutput output) {
        int before = listening.acted.size();
        boolean[] mended = {false};
        for (String key : List.of("a", "b")) {
            mail.execute(key, () -> {
                if (!mended[0]) {
                    throw new Unreachable();
                }
            });
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> mail.stats().parked() == 2);
        park(new IllegalStateException(), "c");
        mended[0] = true;
        JsonNode done = act(
                "{\"action\":\"retry-parked\",\"error\":\"%s\",\"atMost\":2}".formatted(Unreachable.class.getName()),
                200);
        assertThat(done.get("result").asString()).isEqualTo("2 operations of 2 keys are tried again");
        assertThat(done.get("operations").get("total").asInt()).isEqualTo(2);
        assertThat(texts(done.get("lanes"), "key")).containsExactlyInAnyOrder(mask.mask("a"), mask.mask("b"));
        assertThat(done.has("preview")).isFalse();
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> mail.keys().equals(List.of("c")));
        assertThat(mail.stats().parked()).isOne();
        assertThat(output)
                .containsPattern(
                        "mail: retry-parked by an unknown operator: 2 operations of 2 keys are tried again \\[#[0-9a-f]{12}, #[0-9a-f]{12}\\]");
        OperatorActed event = listening.acted.get(before);
        assertThat(event.action()).isEqualTo("retry-parked");
        assertThat(event.carriedOut()).isTrue();
        assertThat(event.operations()).hasSize(2);
        assertThat(event.key()).isNull();
    }

    @Test
    void theSimpleNameOfAnErrorWillDoAndWhatIsSkippedGoesOn() {
        park(new Unreachable(), "a", "b");
        long failed = mail.stats().failed();
        JsonNode done = act("{\"action\":\"skip-parked\",\"error\":\"ParkedSteeringHttpTest$Unreachable\"}", 200);
        assertThat(done.get("result").asString()).isEqualTo("2 operations of 2 keys are given up; the keys go on");
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> mail.keys().isEmpty());
        assertThat(mail.stats().failed()).isEqualTo(failed + 2);
    }

    @Test
    void purgingTakesOutWhatWaitsUnderParkedKeysOnly() {
        park(new Unreachable(), "a");
        mail.pauseKey("b");
        mail.execute("b", () -> {});
        JsonNode done = act("{\"action\":\"purge-parked\"}", 200);
        assertThat(done.get("result").asString()).isEqualTo("2 operations of 1 key are taken out and will never run");
        assertThat(mail.lane("a")).isEmpty();
        assertThat(mail.lane("b").orElseThrow().queued()).isOne();
        mail.resumeKey("b");
    }

    @Test
    void whatIsMoreThanExpectedOrNotThereOrMeantForAnotherActionIsRefused() {
        park(new Unreachable(), "a", "b");
        assertThat(act("{\"action\":\"skip-parked\",\"atMost\":1}", 409)
                        .get("message")
                        .asString())
                .isEqualTo("mail: 2 keys are parked by now, 1 were expected: look again before you skip them");
        assertThat(act("{\"action\":\"skip-parked\",\"error\":\"java.io.IOException\"}", 409)
                        .get("message")
                        .asString())
                .isEqualTo("mail: nothing to skip: no key is parked with java.io.IOException; keys are parked with [%s]"
                        .formatted(Unreachable.class.getName()));
        assertThat(act("{\"action\":\"pause\",\"preview\":true}", 400)
                        .get("message")
                        .asString())
                .isEqualTo("mail: preview: belongs to retry-parked, skip-parked and purge-parked, not to pause");
        assertThat(act("{\"action\":\"skip\",\"error\":\"x\"}", 400)
                        .get("message")
                        .asString())
                .startsWith("mail: error: belongs to");
        assertThat(act("{\"action\":\"skip-parked\",\"operation\":1}", 400)
                        .get("message")
                        .asString())
                .startsWith("mail: operation: belongs to");
        assertThat(act("{\"action\":\"skip-parked\",\"error\":\" \"}", 400)
                        .get("message")
                        .asString())
                .startsWith("mail: error: the class of an exception");
        assertThat(act("{\"action\":\"skip-parked\",\"atMost\":0}", 400)
                        .get("message")
                        .asString())
                .startsWith("mail: atMost: 1 or more, not 0");
        assertThat(mail.stats().parked()).isEqualTo(2);
        act("{\"action\":\"purge-parked\"}", 200);
        assertThat(act("{\"action\":\"purge-parked\"}", 409).get("message").asString())
                .isEqualTo("mail: nothing to purge: no key is parked");
    }

    @Test
    void whatOperatorsHaveDoneIsListedNewestFirstWithMaskedKeys() {
        park(new Unreachable(), "customer-7");
        String lane = MAIL + "/" + mask.mask("customer-7").substring(1);
        post(client, lane, "{\"action\":\"pause\"}", 200);
        post(client, lane, "{\"action\":\"resume\"}", 200);
        act("{\"action\":\"cancel\",\"operation\":999999}", 404);
        act("{\"action\":\"purge-parked\"}", 200);
        JsonNode actions = get(client, MAIL).get("actions");
        assertThat(texts(actions, "action").subList(0, 4)).containsExactly("purge-parked", "cancel", "resume", "pause");
        JsonNode refused = actions.get("entries").get(1);
        assertThat(refused.get("carriedOut").asBoolean()).isFalse();
        assertThat(refused.get("result").asString()).contains("has ended, or never was");
        JsonNode resumed = actions.get("entries").get(2);
        assertThat(resumed.get("key").asString()).isEqualTo(mask.mask("customer-7"));
        assertThat(resumed.get("handle").asString())
                .isEqualTo(mask.mask("customer-7").substring(1));
        assertThat(resumed.get("carriedOut").asBoolean()).isTrue();
        JsonNode ofAll = get(client, "/actuator/keyedatoms").get("actions");
        assertThat(ofAll.get("entries").get(0).get("atom").asString()).isEqualTo("mail");
        assertThat(ofAll.toString()).doesNotContain("customer-");
    }

    @Test
    void whatIsRememberedIsBounded() {
        for (int i = 0; i < ActionMemory.MOST + 10; i++) {
            act("{\"action\":\"resume\"}", 200);
        }
        JsonNode actions = get(client, MAIL).get("actions");
        assertThat(actions.get("entries")).hasSize(ActionMemory.SHOWN_OF_ATOM);
        assertThat(actions.get("total").asInt()).isEqualTo(ActionMemory.MOST);
        assertThat(actions.get("truncated").asBoolean()).isTrue();
        assertThat(get(client, "/actuator/keyedatoms").get("actions").get("entries"))
                .hasSize(ActionMemory.SHOWN_OF_ALL);
    }

    @Test
    void theHeadlineCountsWhatMayNeedAnOperator() {
        park(new Unreachable(), "a", "b");
        mail.pauseKey("z");
        mail.pause();
        JsonNode all = get(client, "/actuator/keyedatoms");
        JsonNode headline = all.get("headline");
        assertThat(headline.get("stuckKeys").asInt()).isEqualTo(2);
        assertThat(headline.get("parkedKeys").asInt()).isEqualTo(2);
        assertThat(headline.get("pausedKeys").asInt()).isOne();
        assertThat(headline.get("pausedAtoms").asInt()).isOne();
        assertThat(headline.get("saturatedAtoms").asInt()).isZero();
        assertThat(all.get("atoms")
                        .get("mail")
                        .get("attention")
                        .get("stuckKeys")
                        .asInt())
                .isEqualTo(2);
        assertThat(all.get("atoms")
                        .get("orders")
                        .get("attention")
                        .get("stuckKeys")
                        .asInt())
                .isZero();
        assertThat(all.get("instance").asString()).isNotBlank();
        mail.resume();
        mail.resumeKey("z");
    }

    @Test
    void keysAreFoundByTheirHandlesAndOperationsByTheirNamesWhereKeysAreNotShown() {
        CountDownLatch gate = new CountDownLatch(1);
        mail.execute("customer-7", new LabeledBody("order 4711", gate));
        mail.execute("customer-7", new LabeledBody("order 4712", gate));
        mail.execute("customer-8", new LabeledBody("order 9", gate));
        String handle = mask.mask("customer-7").substring(1);
        JsonNode byHandle =
                get(client, MAIL + "?search=" + handle.substring(0, 8)).get("found");
        assertThat(texts(byHandle.get("lanes"), "handle")).containsExactly(handle);
        assertThat(get(client, MAIL + "?search=customer-7")
                        .get("found")
                        .get("lanes")
                        .get("total")
                        .asInt())
                .isZero();
        JsonNode byLabel = get(client, MAIL + "?search=ORDER 47").get("found");
        assertThat(texts(byLabel.get("operations"), "label")).containsExactlyInAnyOrder("order 4711", "order 4712");
        assertThat(texts(byLabel.get("operations"), "handle")).containsOnly(handle);
        JsonNode bounded =
                get(client, MAIL + "?limit=1&search=order").get("found").get("operations");
        assertThat(bounded.get("entries")).hasSize(1);
        assertThat(bounded.get("truncated").asBoolean()).isTrue();
        assertThat(get(client, MAIL + "?search= ").has("found")).isFalse();
        client.get()
                .uri(MAIL + "?search=" + "x".repeat(201))
                .exchange()
                .expectStatus()
                .isBadRequest();
        JsonNode running = get(client, MAIL).get("running").get("entries").get(0);
        assertThat(running.get("label").asString()).startsWith("order ");
        gate.countDown();
        assertThat(mail.awaitIdle(Duration.ofMinutes(2))).isTrue();
        assertThat(texts(get(client, MAIL + "?search=order 4711").get("found").get("operations"), "state"))
                .containsExactly("COMPLETED");
    }

    @Test
    void anExplanationHasTheStackOfTheFailureWithoutItsMessagesAndTheAttempts() {
        park(new IllegalStateException("no letter for a", new Unreachable()), "a");
        JsonNode lane = get(client, MAIL + "/" + mask.mask("a").substring(1));
        List<String> stack =
                lane.get("errorStack").valueStream().map(JsonNode::asString).toList();
        assertThat(stack.get(0)).isEqualTo("java.lang.IllegalStateException");
        assertThat(stack.get(1)).startsWith("\tat ").contains("ParkedSteeringHttpTest");
        assertThat(stack).contains("Caused by: " + Unreachable.class.getName());
        assertThat(lane.get("attempts")).hasSize(1);
        JsonNode attempt = lane.get("attempts").get(0);
        assertThat(attempt.get("number").asInt()).isOne();
        assertThat(attempt.get("error").get("type").asString()).isEqualTo("java.lang.IllegalStateException");
        assertThat(lane.toString()).doesNotContain("no letter");
    }

    private record LabeledBody(String label, CountDownLatch gate)
            implements Runnable, io.keyedsequential.LabeledOperation {
        @Override
        public void run() {
            io.keyedsequential.spring.Apps.await(gate);
        }

        @Override
        public String operationLabel() {
            return label;
        }
    }
}
