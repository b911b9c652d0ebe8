package io.keyedsequential.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.Eventually;
import io.keyedsequential.TestThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many raisers at once. What a subscriber keeps is plain: were it told two at a time, the numbers would not add up. */
@Timeout(600)
class SinkStressTest {

    private static final int RAISERS = 4;
    private static final int SIGNALS = 10_000;
    private static final int TOTAL = RAISERS * SIGNALS;
    private static final int ROOM_FOR_ALL = SignalSink.MAX_SIGNALS_LIMIT;

    private final SignalSink sink = new SignalSink(500, Duration.ofDays(1));
    private final AtomicInteger asked = new AtomicInteger();

    /** Keeps what it is told, in memory without any lock. */
    private static final class Listening implements Consumer<Signal> {
        final long[] numbers = new long[TOTAL];
        int count;

        @Override
        public void accept(Signal signal) {
            numbers[count++] = signal.sequence();
        }

        void assertTold(long signals) {
            assertThat(count).isEqualTo((int) signals);
            for (int i = 1; i < count; i++) {
                assertThat(numbers[i]).isGreaterThan(numbers[i - 1]);
            }
        }
    }

    private Listening listen(String pattern, Executor executor) {
        Listening listening = new Listening();
        sink.subscribe(pattern, listening, executor, ROOM_FOR_ALL);
        return listening;
    }

    /** Two refusals, then a hand-over. */
    private void refusing(Runnable delivery) {
        if (asked.incrementAndGet() % 3 != 0) {
            throw new RejectedExecutionException("on purpose");
        }
        ForkJoinPool.commonPool().execute(delivery);
    }

    @Test
    void everySubscriberIsToldEverySignalInTheOneOrder() {
        List<Listening> complete = List.of(
                listen("raiser-?", ForkJoinPool.commonPool()),
                listen("r*", Runnable::run),
                listen("*-*", Runnable::run),
                listen("raiser-*", this::refusing));
        Listening throwing = new Listening();
        sink.subscribe(
                "raiser-?",
                signal -> {
                    throwing.accept(signal);
                    throw new IllegalStateException("on purpose");
                },
                ForkJoinPool.commonPool(),
                ROOM_FOR_ALL);
        Listening one = listen("raiser-0", ForkJoinPool.commonPool());
        Listening small = new Listening();
        Subscription dropping = sink.subscribe("raiser-?", small, ForkJoinPool.commonPool(), 2);

        AtomicBoolean stop = new AtomicBoolean();
        TestThread<Integer> passing = TestThread.start(() -> comeAndGo(stop));
        List<TestThread<long[]>> raisers = new ArrayList<>();
        for (int raiser = 0; raiser < RAISERS; raiser++) {
            String name = "raiser-" + raiser;
            raisers.add(TestThread.start(() -> raise(name)));
        }
        List<long[]> raised = new ArrayList<>();
        try {
            raisers.forEach(each -> raised.add(each.result()));
        } finally {
            stop.set(true);
        }
        assertThat(passing.result()).isPositive();
        for (int i = 0; i < 3; i++) {
            sink.raise("nobody wants this"); // what was refused last is tried again
        }
        SinkCheck.awaitIdle(sink);

        SinkCheck.assertIdle(sink, 7);
        assertThat(raised.stream().flatMapToLong(LongStream::of).sorted().toArray())
                .isEqualTo(LongStream.rangeClosed(1, TOTAL).toArray());
        raised.forEach(numbers -> assertThat(numbers).isSorted());
        complete.forEach(each -> each.assertTold(TOTAL));
        throwing.assertTold(TOTAL);
        one.assertTold(SIGNALS);
        assertThat(Arrays.copyOf(one.numbers, one.count)).isEqualTo(raised.get(0));
        small.assertTold(TOTAL - dropping.dropped());
        assertThat(sink.sense("*")).hasSize(500);
    }

    private long[] raise(String name) {
        long[] numbers = new long[SIGNALS];
        for (int i = 0; i < SIGNALS; i++) {
            numbers[i] = sink.raise(name).sequence();
        }
        return numbers;
    }

    private int comeAndGo(AtomicBoolean stop) {
        int times = 0;
        do {
            try (Subscription passing = sink.subscribe("*", signal -> {}, Runnable::run)) {
                passing.dropped();
            }
            SinkCheck.assertSound(sink);
            times++;
        } while (!stop.get());
        return times;
    }

    @Test
    void whoSubscribesAndThenSensesMissesNothing() {
        AtomicBoolean stop = new AtomicBoolean();
        TestThread<Integer> raiser = TestThread.start(() -> {
            int raised = 0;
            for (; !stop.get(); raised++) {
                sink.raise("tick");
            }
            return raised;
        });
        try {
            for (int i = 0; i < 2_000; i++) {
                List<Long> told = new CopyOnWriteArrayList<>();
                AtomicBoolean first = new AtomicBoolean(true);
                Consumer<Signal> subscriber = signal -> {
                    if (first.getAndSet(false)) {
                        told.add(signal.sequence());
                    }
                };
                try (Subscription subscription = sink.subscribe("*", subscriber, Runnable::run)) {
                    long sensed = sink.last("*").map(Signal::sequence).orElse(0L);
                    Eventually.until("something is told", () -> !told.isEmpty());
                    assertThat(told.get(0)).isLessThanOrEqualTo(sensed + 1);
                    assertThat(subscription.dropped()).isZero();
                }
            }
        } finally {
            stop.set(true);
        }
        assertThat(raiser.result()).isPositive();
        SinkCheck.assertIdle(sink, 0);
    }
}
