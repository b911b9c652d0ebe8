package io.keyedsequential.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The application on its database. */
@ParameterizedClass
@MethodSource("io.keyedsequential.webhooks.Databases#all")
class WebhooksTest {

    @Parameter
    Databases database;

    @TempDir
    Path directory;

    private RunningReceiver receiver;
    private Sender sender;

    @BeforeEach
    void start() {
        receiver = RunningReceiver.start(database.freshUrl(directory));
        sender = receiver.sender();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private void untilIdle() {
        Patience.until(() -> assertThat(receiver.view().keys()).isEmpty());
    }

    @Test
    void aDeliveryThatComesAgainDoesNothing() {
        History rocket = new History("acme/rocket");
        String delivery = UUID.randomUUID().toString();
        String payload = rocket.push();
        receiver.controls().pause();
        assertThat(sender.deliver(delivery, payload)).isEqualTo(202);
        assertThat(sender.deliver(delivery, payload))
                .as("while the first waits")
                .isEqualTo(202);
        receiver.controls().resume();
        untilIdle();
        assertThat(sender.deliver(delivery, payload)).as("after it has ended").isEqualTo(202);
        assertThat(sender.deliver(rocket.push())).isEqualTo(202);
        untilIdle();
        assertThat(receiver.pushes("acme/rocket")).isEqualTo(2);
        assertThat(receiver.isAt(rocket)).isTrue();
        assertThat(receiver.bean(RestlessMirror.class).fetches).hasValue(2);
        assertThat(receiver.bean(Receiver.class).receipts(delivery)).isEqualTo(3);
    }

    @Test
    void pushesOfARepositoryAreAppliedInTheirOrder() {
        List<History> histories = IntStream.range(0, 6)
                .mapToObj(i -> new History("acme/repository-" + i))
                .toList();
        CompletableFuture.allOf(histories.stream()
                        .map(history -> CompletableFuture.runAsync(
                                () -> history.pushes(15).forEach(payload -> assertThat(sender.deliver(payload))
                                        .isEqualTo(202))))
                        .toArray(CompletableFuture[]::new))
                .join();
        untilIdle();
        assertThat(histories).allSatisfy(history -> {
            assertThat(receiver.pushes(history.repository())).isEqualTo(15);
            assertThat(receiver.isAt(history)).isTrue();
        });
        assertThat(receiver.view().stats().failed()).isZero();
    }

    @Test
    void aPushThatFitsNowhereParksItsRepositoryOnly() {
        History rocket = new History("acme/rocket");
        History anvil = new History("acme/anvil");
        rocket.pushes(1).forEach(sender::deliver);
        String poison = UUID.randomUUID().toString();
        sender.deliver(poison, rocket.poison());
        rocket.pushes(3).forEach(sender::deliver);
        anvil.pushes(5).forEach(sender::deliver);
        Patience.until(() -> {
            assertThat(receiver.view().lane("acme/rocket").map(LaneSnapshot::state))
                    .contains(LaneState.PARKED);
            assertThat(receiver.pushes("acme/anvil")).isEqualTo(5);
        });
        assertThat(receiver.pushes("acme/rocket")).isEqualTo(1);
        assertThat(sender.atom("acme/rocket", ""))
                .contains("\"PARKED\"", poison, "3 attempts", "3 operations", "UnexpectedPushException");

        assertThat(sender.atom("acme/rocket", "skip")).contains("\"skip\"");
        untilIdle();
        assertThat(receiver.pushes("acme/rocket")).isEqualTo(4);
        assertThat(receiver.isAt(rocket)).isTrue();
    }

    @Test
    void aPushWhoseMirrorFailsIsTriedAgainAndMovesItsBranchOnce() {
        History rocket = new History("acme/rocket");
        receiver.bean(RestlessMirror.class).failFor("acme/rocket", 2);
        rocket.pushes(2).forEach(sender::deliver);
        untilIdle();
        assertThat(receiver.bean(RestlessMirror.class).fetches).hasValue(4);
        assertThat(receiver.pushes("acme/rocket")).isEqualTo(2);
        assertThat(receiver.isAt(rocket)).isTrue();
    }

    @Test
    void whatCannotBeStoredLeavesNoReceipt() {
        String delivery = "x".repeat(201); // as an idempotency key it has no room
        History rocket = new History("acme/rocket");
        byte[] payload = rocket.push().getBytes(StandardCharsets.UTF_8);
        String shortened = delivery.substring(0, 90);
        assertThat(sender.deliver(
                        "push", delivery, receiver.bean(Signature.class).of(payload), payload))
                .isEqualTo(500);
        assertThat(receiver.bean(Receiver.class).receipts(delivery)).isZero();
        assertThat(sender.deliver(
                        "push", shortened, receiver.bean(Signature.class).of(payload), payload))
                .isEqualTo(202);
        untilIdle();
        assertThat(receiver.pushes("acme/rocket")).isEqualTo(1);
    }

    @Test
    void whatIsNotFromTheSenderOrNoPushIsNotTaken() {
        byte[] payload = new History("acme/rocket").push().getBytes(StandardCharsets.UTF_8);
        String signed = receiver.bean(Signature.class).of(payload);
        assertThat(sender.deliver("push", "1", "sha256=00", payload)).isEqualTo(401);
        assertThat(sender.deliver("ping", "2", signed, payload)).isEqualTo(204);
        byte[] broken = "{\"ref\":".getBytes(StandardCharsets.UTF_8);
        assertThat(sender.deliver("push", "3", receiver.bean(Signature.class).of(broken), broken))
                .isEqualTo(400);
        assertThat(receiver.view().keys()).isEmpty();
        assertThat(receiver.pushes("acme/rocket")).isZero();
    }
}
