package io.keyedsequential.signal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where signals are raised, remembered for a while, and handed to subscribers. It remembers at most so many signals,
 * none older than the age it was given, and needs no thread and no closing.
 *
 * <pre>{@code
 * SignalSink signals = new SignalSink();
 * try (Subscription pauses = signals.subscribe("*.paused", signal -> page(signal.source()))) {
 *     signals.raise("orders.paused", "orders");
 *     signals.detect("orders.*");   // true
 * }
 * }</pre>
 *
 * <p><strong>Delivery.</strong> A subscription is told its signals in the order of their numbers, one at a time, from a
 * backlog of its own. If the backlog is full, its oldest signal gives way to the new one and is counted in
 * {@link Subscription#dropped()}; so a slow subscriber delays only itself. What a subscriber throws is logged once for
 * the subscription, and it is told the next signal. If the executor refuses, that is logged once, the backlog stays,
 * and the next signal raised in this sink, whatever its name, tries again. An executor that takes a delivery and
 * neither runs nor refuses it leaves its subscription without any; the others do not notice.
 *
 * <p><strong>Order of raising and subscribing.</strong> A subscription is told the signals raised after
 * {@code subscribe} returned, and none raised before it was called. A thread that subscribes first and senses
 * afterwards misses nothing, and may meet a signal twice; its number tells.
 *
 * <p><strong>Delivery on the raiser's thread.</strong> With {@code Runnable::run} as executor a signal is delivered
 * before {@code raise} returns, which is for gates and tests: raising then takes as long as the subscriber does. It is
 * still one at a time. If another thread is just telling that subscriber, it goes on with this signal, and
 * {@code raise} does not wait for it. A signal that the subscriber itself raises is delivered after the one it is being
 * told, not inside of it.
 *
 * <p><strong>Threading.</strong> All methods may be called from any thread, also from inside a subscriber, and none
 * waits for a subscriber or an executor. Raising takes one lock for a moment, in which nothing but this package's code
 * runs; what it costs beyond remembering grows with the number of subscriptions.
 */
public final class SignalSink {

    /** Default of how many signals are remembered. */
    public static final int DEFAULT_MAX_SIGNALS = 1_000;

    /** Default of how long a signal is remembered. */
    public static final Duration DEFAULT_MAX_AGE = Duration.ofMinutes(5);

    /** Default of how many signals a subscription that is behind keeps. */
    public static final int DEFAULT_MAX_BACKLOG = 256;

    /** The largest number of signals that a sink remembers or a subscription keeps. */
    public static final int MAX_SIGNALS_LIMIT = 1 << 16;

    private static final Executor COMMON_POOL = new CommonPool();

    private final InstantSource clock;
    private final Duration maxAge;
    private final SinkState state;

    /** A sink that remembers {@link #DEFAULT_MAX_SIGNALS} signals for {@link #DEFAULT_MAX_AGE}. */
    public SignalSink() {
        this(DEFAULT_MAX_SIGNALS, DEFAULT_MAX_AGE);
    }

    /**
     * A sink with bounds of its own.
     *
     * @param maxSignals how many signals are remembered at most; 1 to {@link #MAX_SIGNALS_LIMIT}
     * @param maxAge for how long; more than zero. A signal that is exactly as old is still remembered. Measured by the
     *     system's clock, so setting that moves the age of what is remembered
     * @throws NullPointerException if {@code maxAge} is null
     * @throws IllegalArgumentException if a bound is out of range
     */
    public SignalSink(int maxSignals, Duration maxAge) {
        this(maxSignals, maxAge, InstantSource.system());
    }

    SignalSink(int maxSignals, Duration maxAge, InstantSource clock) {
        Check.range("maxSignals", maxSignals, MAX_SIGNALS_LIMIT);
        this.maxAge = Check.positive("maxAge", maxAge);
        this.clock = clock;
        this.state = new SinkState(new RememberedSignals(maxSignals, maxAge));
    }

    /**
     * Raises a signal that needs no more than its name.
     *
     * @param name what happened; not blank, without {@code *} and {@code ?}
     * @return the signal
     * @throws NullPointerException if the name is null
     * @throws IllegalArgumentException if the name is not allowed
     */
    public Signal raise(String name) {
        return raise(name, null);
    }

    /**
     * Raises a signal.
     *
     * @param name what happened; not blank, without {@code *} and {@code ?}
     * @param source who says so, or {@code null}
     * @return the signal
     * @throws NullPointerException if the name is null
     * @throws IllegalArgumentException if the name is not allowed
     */
    public Signal raise(String name, @Nullable String source) {
        return raise(name, source, Signal.NO_OPERATION, null);
    }

    /**
     * Raises a signal.
     *
     * @param name what happened; not blank, without {@code *} and {@code ?}
     * @param source who says so, or {@code null}
     * @param operationId the operation it is about, or {@link Signal#NO_OPERATION}
     * @param detail a few words more for people, or {@code null}. It is kept as long as the signal, and shown: no
     *     personal data, and nothing large
     * @return the signal
     * @throws NullPointerException if the name is null
     * @throws IllegalArgumentException if the name is not allowed or the operation's id is negative
     */
    public Signal raise(String name, @Nullable String source, long operationId, @Nullable String detail) {
        SinkState.Raised raised = state.raise(name, source, operationId, detail, clock.instant());
        raised.due().forEach(Delivery::handOver);
        return raised.signal();
    }

    /**
     * The remembered signals of a pattern.
     *
     * @param pattern which names, as in {@link SignalPattern}
     * @return oldest first, none too old; immutable, and the caller's own
     * @throws NullPointerException if the pattern is null
     * @throws IllegalArgumentException if it is blank
     */
    public List<Signal> sense(String pattern) {
        SignalPattern wanted = new SignalPattern(pattern);
        Instant oldest = clock.instant().minus(maxAge);
        List<Signal> found = new ArrayList<>();
        for (Signal signal : state.rememberedSince(oldest)) {
            if (isSensed(signal, wanted, oldest)) {
                found.add(signal);
            }
        }
        return List.copyOf(found);
    }

    /**
     * Whether a signal of a pattern is remembered.
     *
     * @param pattern which names, as in {@link SignalPattern}
     * @return whether {@link #sense} would return any
     * @throws NullPointerException if the pattern is null
     * @throws IllegalArgumentException if it is blank
     */
    public boolean detect(String pattern) {
        return last(pattern).isPresent();
    }

    /**
     * The remembered signal of a pattern that was raised last.
     *
     * @param pattern which names, as in {@link SignalPattern}
     * @return the one with the highest number; empty if none is remembered
     * @throws NullPointerException if the pattern is null
     * @throws IllegalArgumentException if it is blank
     */
    public Optional<Signal> last(String pattern) {
        SignalPattern wanted = new SignalPattern(pattern);
        Instant oldest = clock.instant().minus(maxAge);
        Signal[] remembered = state.rememberedSince(oldest);
        for (int i = remembered.length - 1; i >= 0; i--) {
            if (isSensed(remembered[i], wanted, oldest)) {
                return Optional.of(remembered[i]);
            }
        }
        return Optional.empty();
    }

    private static boolean isSensed(Signal signal, SignalPattern wanted, Instant oldest) {
        return !signal.raisedAt().isBefore(oldest) && wanted.matches(signal.name());
    }

    /**
     * Subscribes on {@link ForkJoinPool#commonPool()}, with a backlog of {@link #DEFAULT_MAX_BACKLOG}. A subscriber may
     * block there: the pool is told, and keeps another thread going meanwhile, within its limit.
     *
     * @param pattern which names, as in {@link SignalPattern}
     * @param subscriber is told, one signal at a time
     * @return what ends it
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if the pattern is blank
     */
    public Subscription subscribe(String pattern, Consumer<? super Signal> subscriber) {
        return subscribe(pattern, subscriber, COMMON_POOL);
    }

    /**
     * Subscribes on an executor, with a backlog of {@link #DEFAULT_MAX_BACKLOG}.
     *
     * @param pattern which names, as in {@link SignalPattern}
     * @param subscriber is told, one signal at a time
     * @param executor on what; it is given one delivery for as many signals as have come when it ends, and never two at
     *     once. {@code Runnable::run} delivers on the raiser's thread
     * @return what ends it
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if the pattern is blank
     */
    public Subscription subscribe(String pattern, Consumer<? super Signal> subscriber, Executor executor) {
        return subscribe(pattern, subscriber, executor, DEFAULT_MAX_BACKLOG);
    }

    /**
     * Subscribes on an executor.
     *
     * @param pattern which names, as in {@link SignalPattern}
     * @param subscriber is told, one signal at a time
     * @param executor on what; see {@link #subscribe(String, Consumer, Executor)}
     * @param maxBacklog how many signals wait for the subscriber at most, besides the one that it is being told; 1
     *     to {@link #MAX_SIGNALS_LIMIT}
     * @return what ends it
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if the pattern is blank or {@code maxBacklog} out of range
     */
    public Subscription subscribe(
            String pattern, Consumer<? super Signal> subscriber, Executor executor, int maxBacklog) {
        Subscriber opened = new Subscriber(
                state,
                new SignalPattern(pattern),
                Check.notNull("subscriber", subscriber),
                Check.notNull("executor", executor),
                Check.range("maxBacklog", maxBacklog, MAX_SIGNALS_LIMIT));
        opened.open();
        return opened;
    }

    /** What it holds, for the structural check of tests. */
    SinkState stateForCheck() {
        return state;
    }
}
