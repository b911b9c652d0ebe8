package io.keyedsequential.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Refused where it is given, with what it was and what is allowed; and nothing has changed. */
class SignalBadInputTest {

    private static final Executor HERE = Runnable::run;

    private final SignalSink sink = new SignalSink();

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message);
    }

    private static void missing(String what, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(what + " must not be null");
    }

    @Test
    void boundsOutOfRange() {
        refused("maxSignals must be between 1 and 65536, was 0", () -> new SignalSink(0, Duration.ofDays(1)));
        refused("maxSignals must be between 1 and 65536, was 65537", () -> new SignalSink(65_537, Duration.ofDays(1)));
        refused(
                "maxAge must be more than zero and at most 292 years, was PT0S",
                () -> new SignalSink(1, Duration.ZERO));
        refused("maxAge must be more than zero", () -> new SignalSink(1, Duration.ofNanos(-1)));
        refused("maxAge must be more than zero", () -> new SignalSink(1, Duration.ofDays(200_000)));
        missing("maxAge", () -> new SignalSink(1, null));
        refused("maxBacklog must be between 1 and 65536, was 0", () -> sink.subscribe("*", signal -> {}, HERE, 0));
        refused("maxBacklog must be between 1 and 65536", () -> sink.subscribe("*", signal -> {}, HERE, 65_537));
        SinkCheck.assertIdle(sink, 0);
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        SignalSink smallest = new SignalSink(1, Duration.ofNanos(1));
        smallest.subscribe("*", signal -> {}, HERE, 1);
        smallest.subscribe("*", signal -> {}, HERE, 65_536);
        smallest.raise("a");
        SinkCheck.assertIdle(smallest, 2);
        SignalSink largest = new SignalSink(65_536, Duration.ofNanos(Long.MAX_VALUE));
        largest.raise("a");
        assertThat(largest.detect("a")).isTrue();
    }

    @Test
    void namesThatAreNone() {
        missing("a signal's name", () -> sink.raise(null));
        refused("a signal's name must not be blank, was \" \"", () -> sink.raise(" "));
        for (String name : List.of("orders.*", "what?")) {
            refused("a signal's name must not contain * or ?, was \"" + name + "\"", () -> sink.raise(name));
        }
        refused("signal a: operationId must be that of an operation or 0", () -> sink.raise("a", null, -1, null));
        assertThat(sink.sense("*")).isEmpty();
        assertThat(sink.raise("a").sequence()).as("nothing was numbered").isEqualTo(1);
    }

    @Test
    void patternsThatAreNone() {
        missing("a signal pattern", () -> sink.sense(null));
        missing("a signal pattern", () -> sink.detect(null));
        missing("a signal pattern", () -> sink.last(null));
        missing("a signal pattern", () -> sink.subscribe(null, signal -> {}));
        refused("a signal pattern must not be blank, was \"\"", () -> sink.sense(""));
        refused("a signal pattern must not be blank", () -> sink.subscribe("  ", signal -> {}, HERE));
        SinkCheck.assertIdle(sink, 0);
    }

    @Test
    void nobodyToTell() {
        missing("subscriber", () -> sink.subscribe("*", null));
        missing("executor", () -> sink.subscribe("*", signal -> {}, null));
        SinkCheck.assertIdle(sink, 0);
    }

    @Test
    void signalsThatNoSinkWouldMake() {
        missing("raisedAt", () -> new Signal(1, "a", null, 0, null, null));
        refused("signal a: sequence must be 1 or more, was 0", () -> new Signal(0, "a", null, 0, null, Instant.EPOCH));
    }
}
