package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A broker that is away is told of once, and once when it answers again. */
@ExtendWith(OutputCaptureExtension.class)
class BrokerWatchTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // wraps around soon
    private final BrokerWatch watch = new BrokerWatch("orders", now::get);
    private final Object first = new Object();
    private final Object second = new Object();

    @Test
    void aSilenceIsOneLineAndItsEndAnother(CapturedOutput output) {
        watch.configured(List.of("broker:9092"), Duration.ZERO);
        seconds(11, 0);
        assertThat(lines(output)).isEmpty();
        seconds(60, 0);
        assertThat(lines(output))
                .singleElement()
                .asString()
                .contains("orders: nothing has been heard from a broker for 13 s")
                .contains("Is a broker running at [broker:9092] (spring.kafka.bootstrap-servers)");
        for (int byteCount = 1; byteCount < 30; byteCount++) {
            seconds(1, byteCount);
        }
        assertThat(lines(output)).hasSize(2);
        assertThat(lines(output).get(1)).contains("orders: the broker answers again, after 71 s");
    }

    @Test
    void severalConsumersAreOneListener(CapturedOutput output) {
        for (int second = 0; second < 40; second++) {
            pass(1);
            watch.look(first, second); // hears of its broker
            watch.look(this.second, 7); // of the one that keeps its partition it does not
        }
        assertThat(lines(output)).hasSize(1);
        for (int second = 40; second < 80; second++) {
            pass(1);
            watch.look(first, 40);
            watch.look(this.second, 7);
        }
        assertThat(lines(output)).hasSize(1);
        watch.look(this.second, 8);
        assertThat(lines(output)).as("the first is silent still").hasSize(1);
        watch.forget(first);
        watch.look(this.second, 9);
        assertThat(lines(output)).hasSize(2);
    }

    @Test
    void aProcessThatStoodStillHasHeardNothingItself(CapturedOutput output) {
        seconds(5, 1);
        pass(300);
        seconds(5, 1);
        assertThat(lines(output)).isEmpty();
    }

    /** A poll that waits for a broker takes long, too. */
    @Test
    void aStandstillIsNoAnswerOfABrokerThatIsAway(CapturedOutput output) {
        seconds(20, 1);
        assertThat(lines(output)).hasSize(1);
        pass(300);
        seconds(20, 1);
        assertThat(lines(output)).as("it is away as before").hasSize(1);
        seconds(1, 2);
        assertThat(lines(output)).hasSize(2);
        assertThat(lines(output).get(1)).contains("orders: the broker answers again, after 340 s");
    }

    @Test
    void rareHeartbeatsAreNoSilence(CapturedOutput output) {
        watch.configured(List.of("broker:9092"), Duration.ofSeconds(30));
        for (int heartbeat = 1; heartbeat < 5; heartbeat++) {
            seconds(30, heartbeat);
        }
        assertThat(lines(output)).isEmpty();
    }

    private void seconds(int count, double bytes) {
        for (int second = 0; second < count; second++) {
            pass(1);
            watch.look(first, bytes);
        }
    }

    private void pass(int seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private static List<String> lines(CapturedOutput output) {
        return output.getAll().lines().filter(line -> line.contains("orders: ")).toList();
    }
}
