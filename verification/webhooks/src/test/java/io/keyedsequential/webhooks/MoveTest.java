package io.keyedsequential.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The application as it was in memory moves by the dependency and one property, without a change of its code. What it gains besides,
 * the idempotency key, it adds afterwards.
 */
class MoveTest {

    private static final String BEFORE = RunningReceiver.BEFORE + "=true";
    private static final String HANGS = RunningReceiver.HANGS + "=true";
    private static final String MEMORY = "keyedsequential.atoms.repositories.engine=memory";

    @TempDir
    Path directory;

    @Test
    void inMemoryTheOrderIsTheSame() {
        try (RunningReceiver receiver = RunningReceiver.start(Databases.H2.freshUrl(directory), BEFORE, MEMORY)) {
            History rocket = new History("acme/rocket");
            rocket.pushes(20).forEach(receiver.sender()::deliver);
            Patience.until(() -> assertThat(receiver.isAt(rocket)).isTrue());
            assertThat(receiver.pushes("acme/rocket")).isEqualTo(20);
        }
    }

    @Test
    void whatAKillTakesFromMemoryIsLost() throws Exception {
        String url = Databases.H2.freshUrl(directory);
        List<History> histories = killWithEverythingInHand(url, BEFORE, MEMORY);
        try (RunningReceiver receiver = RunningReceiver.start(url, BEFORE, MEMORY)) {
            assertThat(receiver.view().keys()).isEmpty();
            assertThat(histories).allMatch(history -> receiver.pushes(history.repository()) == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("io.keyedsequential.webhooks.Databases#all")
    void withTheOnePropertyItGoesOnAfterAKill(Databases database) throws Exception {
        String url = database.freshUrl(directory);
        List<History> histories = killWithEverythingInHand(url, BEFORE);
        try (RunningReceiver receiver = RunningReceiver.start(url, BEFORE)) {
            Patience.until(() -> assertThat(histories).allSatisfy(history -> {
                assertThat(receiver.isAt(history)).isTrue();
                assertThat(receiver.pushes(history.repository())).isEqualTo(5);
            }));
        }
    }

    @Test
    void theIdempotencyKeyIsAddedWhenItHasMoved() throws Exception {
        String url = Databases.H2.freshUrl(directory);
        List<History> histories = killWithEverythingInHand(url, BEFORE);
        try (RunningReceiver receiver = RunningReceiver.start(url)) { // the new version runs what the old one stored
            Patience.until(() -> assertThat(histories).allMatch(receiver::isAt));
        }
    }

    @Test
    void backInMemoryTheIdempotencyKeyIsRefusedWithTheRemedy() {
        String url = Databases.H2.freshUrl(directory);
        assertThatThrownBy(() -> RunningReceiver.start(url, MEMORY).close())
                .hasMessageContaining("idempotencyKey")
                .hasMessageContaining("repositories");
    }

    /** Deliveries are accepted, nothing ends, and the process is killed. */
    private static List<History> killWithEverythingInHand(String url, String... properties)
            throws IOException, InterruptedException {
        List<String> arguments =
                Stream.concat(Stream.of(properties), Stream.of(HANGS)).toList();
        List<History> histories = Stream.of("acme/rocket", "acme/anvil", "acme/glue")
                .map(History::new)
                .toList();
        try (KilledReceiver receiver = KilledReceiver.start(url, arguments)) {
            Sender sender = receiver.sender();
            for (History history : histories) {
                history.pushes(5)
                        .forEach(payload -> assertThat(sender.deliver(payload)).isEqualTo(202));
            }
        }
        return histories;
    }
}
