package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Refused where it is given, with the atom, the option, the value and what is allowed. */
class BadInputTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    static Stream<Arguments> badOptions() {
        return Stream.of(
                bad("maxConcurrency must be between 1 and 65536, was 0", b -> b.maxConcurrency(0)),
                bad("maxConcurrency must be between 1 and 65536, was 65537", b -> b.maxConcurrency(65_537)),
                bad("perKeyConcurrency must be between 1 and 65536, was -1", b -> b.perKeyConcurrency(-1)),
                bad("capacity must be between 1 and 2147483647, was 0", b -> b.capacity(0)),
                bad("capacityPerKey must be between 1 and 2147483647, was 0", b -> b.capacityPerKey(0)),
                bad("window must be between 0 and 65536, was -1", b -> b.window(-1)),
                bad("window must be between 0 and 65536, was 65537", b -> b.window(65_537)),
                bad(
                        "blockTimeout must be more than zero and at most 292 years, was PT0S",
                        b -> b.blockTimeout(Duration.ZERO)),
                bad(
                        "windowAge must be more than zero and at most 292 years, was PT-1S",
                        b -> b.windowAge(Duration.ofSeconds(-1))),
                bad(
                        "closeTimeout must be zero or more and at most 292 years, was PT-0.001S",
                        b -> b.closeTimeout(Duration.ofMillis(-1))),
                bad(
                        "closeTimeout must be zero or more and at most 292 years",
                        b -> b.closeTimeout(Duration.ofDays(200_000))),
                bad(
                        "queueTimeout must be more than zero and at most 292 years, was PT0S",
                        b -> b.queueTimeout(Duration.ZERO)),
                bad("queueTimeout must be more than zero", b -> b.queueTimeout(Duration.ofDays(200_000))),
                bad(
                        "runTimeout must be more than zero and at most 292 years, was PT0S",
                        b -> b.runTimeout(Duration.ZERO)),
                bad("runTimeout must be more than zero", b -> b.runTimeout(Duration.ofDays(200_000))));
    }

    private static Arguments bad(String message, Consumer<KeyedCoordinator.Builder<String>> option) {
        return Arguments.of(message, option);
    }

    @ParameterizedTest
    @MethodSource("badOptions")
    void aValueOutOfRangeIsRefused(String message, Consumer<KeyedCoordinator.Builder<String>> option) {
        assertThatThrownBy(() -> option.accept(KeyedCoordinator.builder("orders")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("orders: " + message);
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        CoordinatorOptions.builder()
                .maxConcurrency(65_536)
                .perKeyConcurrency(65_536)
                .capacity(Integer.MAX_VALUE)
                .capacityPerKey(Integer.MAX_VALUE)
                .window(65_536)
                .closeTimeout(Duration.ZERO)
                .blockTimeout(Duration.ofNanos(Long.MAX_VALUE))
                .windowAge(Duration.ofNanos(1))
                .queueTimeout(Duration.ofNanos(1))
                .runTimeout(Duration.ofNanos(1))
                .build();
        CoordinatorOptions.builder()
                .queueTimeout(Duration.ofNanos(Long.MAX_VALUE))
                .runTimeout(Duration.ofNanos(Long.MAX_VALUE))
                .build();
    }

    @Test
    void optionsThatContradictEachOtherAreRefusedWithBothNames() {
        assertThatThrownBy(() -> KeyedCoordinator.builder("orders")
                        .capacity(5)
                        .capacityPerKey(6)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("orders: capacityPerKey must be between 1 and capacity (5), was 6");
        assertThatThrownBy(() -> KeyedCoordinator.builder("orders")
                        .overflowPolicy(OverflowPolicy.REJECT)
                        .blockTimeout(Duration.ofSeconds(1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("orders: blockTimeout (PT1S) contradicts overflowPolicy REJECT");
        assertThatThrownBy(() -> KeyedCoordinator.builder("orders")
                        .window(0)
                        .windowAge(Duration.ofSeconds(1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("orders: windowAge (PT1S) contradicts window 0");
        assertThatThrownBy(() -> KeyedCoordinator.builder("orders")
                        .exhaustedPolicy(ExhaustedPolicy.HALT)
                        .exhaustedPolicy(Throwable.class, ExhaustedPolicy.PARK)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "orders: exhaustedPolicy HALT contradicts exhaustedPolicy PARK for java.lang.Throwable");
    }

    @Test
    void anExhaustedPolicyIsNotContradictedByARefinementThatAgreesOrLeavesItSomething() {
        CoordinatorOptions.builder()
                .exhaustedPolicy(ExhaustedPolicy.HALT)
                .exhaustedPolicy(Throwable.class, ExhaustedPolicy.HALT)
                .build();
        CoordinatorOptions.builder()
                .exhaustedPolicy(ExhaustedPolicy.HALT)
                .exhaustedPolicy(Exception.class, ExhaustedPolicy.PARK)
                .build();
        CoordinatorOptions.builder()
                .exhaustedPolicy(Throwable.class, ExhaustedPolicy.PARK)
                .build();
    }

    @Test
    void aBlankNameIsRefused() {
        for (String name : new String[] {null, "", "  "}) {
            assertThatThrownBy(() -> KeyedCoordinator.builder(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("name must not be blank");
        }
    }

    @Test
    void nullOptionsAreRefusedByName() {
        KeyedCoordinator.Builder<String> builder = KeyedCoordinator.builder("orders");
        assertNull("overflowPolicy", () -> builder.overflowPolicy(null));
        assertNull("blockTimeout", () -> builder.blockTimeout(null));
        assertNull("windowAge", () -> builder.windowAge(null));
        assertNull("closeTimeout", () -> builder.closeTimeout(null));
        assertNull("retryPolicy", () -> builder.retryPolicy(null));
        assertNull("exhaustedPolicy", () -> builder.exhaustedPolicy(null));
        assertNull("exhaustedPolicy", () -> builder.exhaustedPolicy(IOException.class, null));
        assertNull("exhaustedPolicy type", () -> builder.exhaustedPolicy(null, ExhaustedPolicy.PARK));
        assertNull("queueTimeout", () -> builder.queueTimeout(null));
        assertNull("runTimeout", () -> builder.runTimeout(null));
        assertNull("executor", () -> builder.executor(null));
        assertNull("listener", () -> builder.listener(null));
        assertNull("options", () -> builder.options(null));
    }

    @Test
    void nullKeysAndBodiesAreRefusedByEveryMethod() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        List<ThrowingCallable> withoutKey = List.of(
                () -> orders.execute(null, () -> {}),
                () -> orders.tryExecute(null, () -> {}),
                () -> orders.submit(null, () -> 1),
                () -> orders.submitAsync(null, () -> CompletableFuture.completedFuture(1)),
                () -> orders.call(null, () -> 1),
                () -> orders.executor(null),
                () -> orders.pauseKey(null),
                () -> orders.resumeKey(null),
                () -> orders.lane(null));
        withoutKey.forEach(call -> assertNull("key", call));
        List<ThrowingCallable> withoutBody = List.of(
                () -> orders.execute("a", null),
                () -> orders.tryExecute("a", null),
                () -> orders.submit("a", null),
                () -> orders.submitAsync("a", null),
                () -> orders.call("a", null),
                () -> orders.executor("a").execute(null));
        withoutBody.forEach(call -> assertNull("body", call));
    }

    private static void assertNull(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(NullPointerException.class)
                .hasMessage("orders: " + what + " must not be null");
    }

    @Test
    void badArgumentsOfALiveCoordinatorAreRefusedAndChangeNothing() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().maxConcurrency(2));
        assertThatThrownBy(() -> orders.setMaxConcurrency(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orders: maxConcurrency must be between 1 and 65536, was 0");
        assertThatThrownBy(() -> orders.lanes(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orders: limit must be between 1 and 2147483647, was 0");
        assertThatThrownBy(() -> orders.awaitIdle(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("orders: timeout must be zero or more");
        assertThatThrownBy(() -> orders.drain(Duration.ofDays(200_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("orders: timeout must be zero or more");
        assertThatThrownBy(() -> orders.drain(null)).isInstanceOf(NullPointerException.class);
        assertThat(orders.isIntakeOpen()).isTrue();
        assertThat(orders.stats().maxConcurrency()).isEqualTo(2);
    }
}
