package io.keyedsequential;

import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The options that every builder of this package shares. A bad value is refused where it is given, two values that
 * contradict each other when the builder builds; the message names the atom, the option, the value and what is allowed.
 *
 * @param <B> the builder itself
 */
public abstract class OptionsBuilder<B extends OptionsBuilder<B>> {

    /** The name in messages: the atom's, once it is known. */
    String owner;

    OptionValues values = new OptionValues();

    OptionsBuilder(String owner) {
        this.owner = owner;
    }

    abstract B self();

    /**
     * How many operations run at once. Default: the number of available processors.
     *
     * @param value 1 to {@value CoordinatorOptions#MAX_CONCURRENCY_LIMIT}
     * @return this builder
     */
    public B maxConcurrency(int value) {
        values.maxConcurrency =
                Preconditions.range(owner, "maxConcurrency", value, 1, CoordinatorOptions.MAX_CONCURRENCY_LIMIT);
        return self();
    }

    /**
     * How many operations of one key run at once. Default: {@value CoordinatorOptions#DEFAULT_PER_KEY_CONCURRENCY},
     * which keeps strict order. A larger value starts them in order and lets them overlap.
     *
     * @param value 1 to {@value CoordinatorOptions#MAX_CONCURRENCY_LIMIT}
     * @return this builder
     */
    public B perKeyConcurrency(int value) {
        values.perKeyConcurrency =
                Preconditions.range(owner, "perKeyConcurrency", value, 1, CoordinatorOptions.MAX_CONCURRENCY_LIMIT);
        return self();
    }

    /**
     * How many operations are queued, or await their stage, at most; running ones are not counted.
     * Default: {@value CoordinatorOptions#DEFAULT_CAPACITY}.
     *
     * @param value 1 or more
     * @return this builder
     */
    public B capacity(int value) {
        values.capacity = Preconditions.range(owner, "capacity", value, 1, Integer.MAX_VALUE);
        return self();
    }

    /**
     * How many operations of one key are queued at most, so that one key cannot take all the room. Default:
     * the {@code capacity}.
     *
     * @param value 1 to {@code capacity}
     * @return this builder
     */
    public B capacityPerKey(int value) {
        values.capacityPerKey = Preconditions.range(owner, "capacityPerKey", value, 1, Integer.MAX_VALUE);
        return self();
    }

    /**
     * What happens to a caller that finds no room. Default: {@link OverflowPolicy#BLOCK}.
     *
     * @param value the policy
     * @return this builder
     */
    public B overflowPolicy(OverflowPolicy value) {
        values.overflowPolicy = Preconditions.notNull(owner, "overflowPolicy", value);
        return self();
    }

    /**
     * How long {@link OverflowPolicy#BLOCK} waits before it rejects. Default: 30 seconds.
     *
     * @param value more than zero
     * @return this builder
     */
    public B blockTimeout(Duration value) {
        values.blockTimeout = Preconditions.positive(owner, "blockTimeout", value);
        return self();
    }

    /**
     * How long a caller of {@link KeyedCoordinator#call} waits for its turn, whatever keeps it waiting: operations
     * before it, a permit, an operator who has paused the key or the atom, a parked operation. The time that it has
     * waited for room is part of it. One whose turn has not come by then is rejected with
     * {@link RejectedOperationException.Reason#NO_TURN}, its operation is taken out of the queue and its body never
     * runs. Between two attempts the time counts from when the next one is due. Default: {@code blockTimeout}.
     *
     * @param value more than zero; to wait as long as it takes, a very long time
     * @return this builder
     */
    public B callTimeout(Duration value) {
        values.callTimeout = Preconditions.positive(owner, "callTimeout", value);
        return self();
    }

    /**
     * Whether every turn is one operation and admission keeps room for others: a key may then hold at most as many
     * queued operations as there is free room. Costs throughput. Default:
     * {@value CoordinatorOptions#DEFAULT_FAIR_SCHEDULING}: a lane may run on for a short while although others wait.
     *
     * @param value whether scheduling is fair
     * @return this builder
     */
    public B fairScheduling(boolean value) {
        values.fairScheduling = value;
        return self();
    }

    /**
     * How many finished operations are remembered at most. Default: {@value CoordinatorOptions#DEFAULT_WINDOW}.
     *
     * @param value 0 (none) to {@value CoordinatorOptions#MAX_CONCURRENCY_LIMIT}
     * @return this builder
     */
    public B window(int value) {
        values.window = Preconditions.range(owner, "window", value, 0, CoordinatorOptions.MAX_CONCURRENCY_LIMIT);
        return self();
    }

    /**
     * How long a finished operation is shown at most. Default: 5 minutes.
     *
     * @param value more than zero
     * @return this builder
     */
    public B windowAge(Duration value) {
        values.windowAge = Preconditions.positive(owner, "windowAge", value);
        return self();
    }

    /**
     * How long {@link KeyedCoordinator#close} drains before it cancels what is left. Default: 10 seconds.
     *
     * @param value zero (cancel at once) or more
     * @return this builder
     */
    public B closeTimeout(Duration value) {
        values.closeTimeout = Preconditions.notNegative(owner, "closeTimeout", value);
        return self();
    }

    /**
     * Which failures are tried again, how often, and how long after. Retrying goes on at the head of the lane: the key
     * stays closed so that nothing overtakes, and the permit is free meanwhile. Default: {@link RetryPolicy#none()}.
     *
     * @param value the policy
     * @return this builder
     */
    public B retryPolicy(RetryPolicy value) {
        values.retryPolicy = Preconditions.notNull(owner, "retryPolicy", value);
        return self();
    }

    /**
     * What becomes of a key when one of its operations has failed and is not tried again, either because its attempts
     * are used up or because the {@code retryPolicy} does not retry such a failure. Default:
     * {@link ExhaustedPolicy#SKIP}: it goes on.
     *
     * @param value the policy for every failure that {@link #exhaustedPolicy(Class, ExhaustedPolicy)} says
     *     nothing about
     * @return this builder
     */
    public B exhaustedPolicy(ExhaustedPolicy value) {
        values.exhaustedPolicy = Preconditions.notNull(owner, "exhaustedPolicy", value);
        return self();
    }

    /**
     * As {@link #exhaustedPolicy(ExhaustedPolicy)}, for failures of one type and its subclasses only. Where several
     * types match, the one that is closest to the failure's own class wins; causes are not looked at. Called again for
     * the same type it replaces the policy. Default: none.
     *
     * @param type a type of failures
     * @param policy what applies to them
     * @return this builder
     */
    public B exhaustedPolicy(Class<? extends Throwable> type, ExhaustedPolicy policy) {
        Preconditions.notNull(owner, "exhaustedPolicy type", type);
        values.exhaustedPolicies.put(type, Preconditions.notNull(owner, "exhaustedPolicy", policy));
        return self();
    }

    /**
     * How long an operation may wait in its queue for its first start, whatever it waits for there: its turn, a permit,
     * an operator. The time that a caller waits for room is not counted, nor is a quiet period. One that has not begun
     * by then fails with a {@link java.util.concurrent.TimeoutException} and is removed from its lane; its body never
     * runs. Once an operation has begun, this time no longer counts: neither its attempts nor the time it backs off
     * between them can exceed it. Default: none, as long as it takes.
     *
     * @param value more than zero
     * @return this builder
     */
    public B queueTimeout(Duration value) {
        values.queueTimeout = Preconditions.positive(owner, "queueTimeout", value);
        return self();
    }

    /**
     * How long a body may run. One that runs longer is interrupted, and its future fails with a
     * {@link java.util.concurrent.TimeoutException}; the key, however, opens only when the body has really ended, so a
     * body that takes no notice of the interrupt holds its key and its permit until it returns. Each attempt has a run
     * time of its own. Default: none, as long as it takes.
     *
     * @param value more than zero
     * @return this builder
     */
    public B runTimeout(Duration value) {
        values.runTimeout = Preconditions.positive(owner, "runTimeout", value);
        return self();
    }

    /**
     * What runs the operations; platform or virtual threads. The coordinator hands it at most {@code maxConcurrency}
     * long-running tasks at a time and never shuts it down. It must run or refuse every task: one that it drops without
     * a word takes its permit with it. A body that waits, by {@link KeyedCoordinator#call call} of a key that is held
     * or by {@code get} or {@code join}, keeps its thread: what it waits for in this atom needs one beyond
     * {@code maxConcurrency}. Default: a pool of daemon threads that the coordinator owns.
     *
     * <p>An executor that runs a task on the thread that hands it over ({@code Runnable::run}, a caller-runs policy) is
     * supported; that caller then works until nothing is ready.
     *
     * @param value the executor
     * @return this builder
     */
    public B executor(Executor value) {
        values.executor = Preconditions.notNull(owner, "executor", value);
        return self();
    }

    /**
     * The listener that is told what happens. Default: {@link CoordinatorListener#NO_OP}.
     *
     * @param value the listener
     * @return this builder
     */
    public B listener(CoordinatorListener value) {
        values.listener = Preconditions.notNull(owner, "listener", value);
        return self();
    }

    /**
     * Where the atom raises its signals, and listens for those that its gates are set for. Default: none.
     *
     * <p>It raises {@code <atom>.paused}, {@code .resumed}, {@code .halted}, {@code .deferred}, {@code .undeferred},
     * {@code .shedding}, {@code .admitting}, {@code .drained}, {@code .closed}, and with the operation's id
     * {@code .operation.failed}, {@code .operation.backing-off}, {@code .key.parked} and {@code .key.released}. None of
     * them tells a key.
     *
     * @param value the sink; the atom's name must then contain neither {@code *} nor {@code ?}
     * @return this builder
     */
    public B signals(SignalSink value) {
        values.signals = Preconditions.notNull(owner, "signals", value);
        return self();
    }

    /**
     * Which signals hold the atom: nothing starts until one of {@link #resumeOn} comes; what runs ends normally and the
     * intake stays open. The gate is event-driven: it closes on a thread that raises a signal, before {@code raise}
     * returns unless several threads raise at once. It fails closed: a signal that is both keeps it closed, so does one
     * that got lost, and an atom that is built while the sink remembers such a signal begins closed. Default: none.
     *
     * @param pattern of names, {@code *} for any run of characters and {@code ?} for one
     * @return this builder
     */
    public B deferOn(String pattern) {
        values.deferOn = Preconditions.pattern(owner, "deferOn", pattern);
        return self();
    }

    /**
     * Which signals end what one of {@link #deferOn} or {@link #shedOn} began. An operator's
     * {@link KeyedCoordinator#pause()} is not ended by it, nor the gate opened by {@link KeyedCoordinator#resume()}.
     *
     * @param pattern of names
     * @return this builder
     */
    public B resumeOn(String pattern) {
        values.resumeOn = Preconditions.pattern(owner, "resumeOn", pattern);
        return self();
    }

    /**
     * Which signals make the atom shed its load: queued operations are cancelled and new ones rejected
     * ({@link RejectedOperationException.Reason#SHED}), until one of {@link #resumeOn} comes. What runs ends normally,
     * and what is between two attempts or parked stays. Default: none.
     *
     * @param pattern of names
     * @return this builder
     */
    public B shedOn(String pattern) {
        values.shedOn = Preconditions.pattern(owner, "shedOn", pattern);
        return self();
    }

    /**
     * Which signals make the atom drain: it takes nothing new and works off what it has; {@code <atom>.drained} is
     * raised when it has. {@link KeyedCoordinator#openIntake()} takes it back. Default: none.
     *
     * @param pattern of names
     * @return this builder
     */
    public B drainOn(String pattern) {
        values.drainOn = Preconditions.pattern(owner, "drainOn", pattern);
        return self();
    }

    /**
     * Takes over every option.
     *
     * @param options where from
     * @return this builder
     */
    public B options(CoordinatorOptions options) {
        this.values = Preconditions.notNull(owner, "options", options).values();
        return self();
    }

    CoordinatorOptions toOptions() {
        return new CoordinatorOptions(values.checked(owner));
    }
}
