package io.keyedsequential.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * Makes every call of a bean method an operation of its key: calls with the same key run one at a time and in the order
 * in which they were made, calls with different keys run in parallel up to a limit.
 *
 * <pre>{@code
 * @KeyedSequential(key = "#order.customerId", atom = "orders", maxConcurrency = 8)
 * void process(Order order) { … }
 * }</pre>
 *
 * <p>What a call does depends on what the method returns:
 *
 * <ul>
 *   <li>{@code void}: it enqueues and returns. When no other attempt follows, a failure is logged once and goes to the
 *       application's {@code AsyncUncaughtExceptionHandler}, if it has one; a rejection is thrown to the caller. What
 *       is cancelled or purged has not failed.
 *   <li>{@code CompletableFuture}, {@code CompletionStage}, {@code Future}: it enqueues and returns a future, in fact
 *       an {@code io.keyedsequential.OperationFuture}. The key is held until the future that the body returns is
 *       complete; a body that returns {@code null} completes it with {@code null}. A rejection or a key that cannot be
 *       evaluated arrives as a failed future and is never thrown. A body that returns a {@code Future} which is no
 *       {@code CompletionStage} and not done is waited for with a thread and a permit, and a warning says so once. The
 *       body must not return the future of an operation of its own key: each would wait for the other.
 *   <li>{@code Mono}, {@code Flux}: nothing happens until it is subscribed to. Each subscription is one operation,
 *       whose key is evaluated by the subscriber and held until the publisher that the body returns has terminated;
 *       that one sees the subscriber's context. A rejection or a key that cannot be evaluated is an error signal. A
 *       subscriber on a thread that must not block is rejected where another one would wait for room. A {@code Flux}
 *       must not be in an atom that tries operations again. Other reactive types are refused.
 *   <li>anything else: the caller waits for its turn and runs the body on its own thread, so that transactions and
 *       whatever else is bound to the thread hold. A rejection is thrown, and an {@code OperationTimeoutException} when
 *       {@link #queueTimeout()} or {@link #runTimeout()} is over. If the type says nothing, as {@code Object} does, a
 *       future that is returned is waited for inside of the turn, and what would begin its work later (a publisher, a
 *       {@code Callable}) is an {@code IllegalStateException}.
 * </ul>
 *
 * <p>Type variables are resolved against the class and the definition of the bean. Types whose work is done
 * when the method has returned, and that cannot hold the key until then, are refused at start-up:
 * {@code Callable}, {@code Stream}, {@code Iterator}, {@code DeferredResult}, and what holds something
 * unfinished, such as {@code ResponseEntity<CompletableFuture<…>>}.
 *
 * <p>On a thread that must not block (Reactor's {@code NonBlocking}) no call waits: it is rejected where it would wait
 * for room or, if its method returns a plain value, for its turn.
 *
 * <p>What refuses a call is asked first, on the caller's thread: authorization by Spring Security, and the validation
 * of arguments. A refusal reaches the caller, and nothing is enqueued. All other advice of the method is inside of the
 * operation: a transaction commits inside the key's turn, and the back-off of {@code @Retryable} is slept inside it,
 * with a thread and a permit. The atom's own retries hold the key alone, and run through that advice again. Calls that
 * a bean makes on itself are not intercepted. A scheduled method with a fixed delay counts the delay from the hand-off,
 * unless it returns a plain value.
 *
 * <p>Inside a transaction a call may wait for its commit, see {@link #phase()}; what is said above of rejections and of
 * {@code OperationFuture} does not hold then.
 *
 * <p>Properties of the atom win over the attributes: {@code keyedsequential.atoms.orders.max-concurrency: 16}; the
 * attributes win over {@code keyedsequential.defaults}. Attributes that are texts are read when the application starts,
 * with <code>${…}</code> resolved; an empty text says nothing. Every limit that is a number may also be given as a
 * text, through the attribute that ends in {@code String}; giving both ends the start-up. Times are written
 * {@code 500ms}, {@code 30s}, {@code 5m} or {@code PT0.5S}. Limits, times and policies are options of the atom, not of
 * the method: methods of one atom may repeat each other, but not contradict each other.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(KeyedSequentialReflectiveProcessor.class)
public @interface KeyedSequential {

    /** The value of a limit that is not given. */
    int UNSET = -1;

    /**
     * What orders the operation, as a SpEL expression over the parameters ({@code #order.customerId}, {@code #p0}) and
     * beans ({@code @tenants.current()}). Evaluated on the caller's thread; must not yield {@code null}. A parameter
     * and a path of its properties are read without SpEL.
     *
     * @return the expression
     */
    String key();

    /**
     * The ordering domain. Methods that name one atom, in whichever beans, share one order per key, and its
     * limits. Kebab-case, without dots; <code>${…}</code> is resolved. Default: the bean's name and the
     * method's, {@code order-service-process}.
     *
     * @return the atom's name
     */
    String atom() default "";

    /**
     * The method's id inside its atom, for snapshots and log lines; <code>${…}</code> is resolved. Default: the
     * method's name.
     *
     * @return the operation's name
     */
    String operation() default "";

    /**
     * Which business a call is about, as a SpEL expression like {@link #key()}: {@code #order.id}. The label stands
     * wherever the operation is named: in snapshots, log lines, events, the report of a drain, the MDC and traces, so
     * that what a failure or a stop left behind can be found again. It is shown wherever those are, also where keys are
     * masked: name an order by its number, not a customer by the address. On one line, and cut to 100 characters.
     *
     * <p>Evaluated on the caller's thread, after the key. A call whose label is {@code null}, or cannot be evaluated,
     * runs without one; the latter is logged once for each method. Default: no label.
     *
     * @return the expression, or empty
     */
    String label() default "";

    /**
     * What a call is known by, as a SpEL expression like {@link #key()}: {@code #event.id}. A second call of the atom
     * with the same one, also after the first has ended and for as long as the engine remembers, is accepted and does
     * nothing. Evaluated on the caller's thread; a call for which it yields {@code null} is never a second one. Only
     * for atoms whose engine keeps what it has taken ({@code keyedsequential.atoms.<name>.engine}); with the engine
     * {@code memory} the start-up fails. Of the method, not of the atom. Default: every call is one of its own.
     *
     * @return the expression, or empty
     */
    String idempotencyKey() default "";

    /**
     * When a call may begin to run, as a SpEL expression like {@link #key()}: {@code #reminder.at}, or
     * {@code T(java.time.Duration).ofMinutes(5)} from now. It yields an {@code Instant}, {@code OffsetDateTime},
     * {@code ZonedDateTime} or {@code Duration}; {@code null} is at once. What follows under the same key waits behind
     * it. Evaluated on the caller's thread. Only for atoms whose engine keeps what it has taken; with the engine
     * {@code memory} the start-up fails. Of the method, not of the atom. Default: at once.
     *
     * @return the expression, or empty
     */
    String runAfter() default "";

    /**
     * When a call becomes an operation: at once, or after the caller's transaction has committed. Default: at once. Of
     * the method, not of the atom.
     *
     * @return the phase
     */
    EnqueuePhase phase() default EnqueuePhase.NOW;

    /**
     * How many operations of the atom run at once. Default: as configured, else the number of processors.
     *
     * @return the limit, 1 or more
     */
    int maxConcurrency() default UNSET;

    /**
     * {@link #maxConcurrency()} as a text, for <code>${…}</code>. Default: not given.
     *
     * @return a number, or empty
     */
    String maxConcurrencyString() default "";

    /**
     * How many operations of one key run at once. Default: as configured, else 1, which keeps strict order.
     *
     * @return the limit, 1 or more
     */
    int perKeyConcurrency() default UNSET;

    /**
     * {@link #perKeyConcurrency()} as a text, for <code>${…}</code>. Default: not given.
     *
     * @return a number, or empty
     */
    String perKeyConcurrencyString() default "";

    /**
     * How many operations of the atom are queued at most. Default: as configured, else 10,000.
     *
     * @return the bound, 1 or more
     */
    int capacity() default UNSET;

    /**
     * {@link #capacity()} as a text, for <code>${…}</code>. Default: not given.
     *
     * @return a number, or empty
     */
    String capacityString() default "";

    /**
     * How many operations of one key are queued at most. Default: as configured, else the capacity.
     *
     * @return the bound, 1 to the capacity
     */
    int capacityPerKey() default UNSET;

    /**
     * {@link #capacityPerKey()} as a text, for <code>${…}</code>. Default: not given.
     *
     * @return a number, or empty
     */
    String capacityPerKeyString() default "";

    /**
     * What happens to a caller that finds no room: {@code block} or {@code reject}. Default: as configured,
     * else {@code block}.
     *
     * @return the policy, or empty
     */
    String overflowPolicy() default "";

    /**
     * How long a caller waits for room before it is rejected. Default: as configured, else 30 seconds.
     *
     * @return a time of more than zero, or empty
     */
    String blockTimeout() default "";

    /**
     * How long the caller of a method that returns a plain value waits for its turn before it is rejected, on a key
     * that is paused or parked as well. Default: as configured, else as long as for room.
     *
     * @return a time of more than zero, or empty
     */
    String callTimeout() default "";

    /**
     * Whether every turn is one operation and admission keeps room for other keys. Default: as configured, else not.
     *
     * @return {@code true}, {@code false} or empty
     */
    String fairScheduling() default "";

    /**
     * How long an operation may wait for its first start; then it fails with a {@code TimeoutException} and its body
     * never runs. Default: as configured, else as long as it takes.
     *
     * @return a time of more than zero, or empty
     */
    String queueTimeout() default "";

    /**
     * How long one attempt may run; then it is interrupted and fails with a {@code TimeoutException}. The key opens
     * when the body has really ended. Default: as configured, else as long as it takes.
     *
     * @return a time of more than zero, or empty
     */
    String runTimeout() default "";

    /**
     * How often an operation is run at most, the first run included. It is tried again on its lane: nothing of its key
     * overtakes it. Default: as configured, else 1.
     *
     * @return the number of attempts, 1 or more
     */
    int maxAttempts() default UNSET;

    /**
     * {@link #maxAttempts()} as a text, for <code>${…}</code>. Default: not given.
     *
     * @return a number, or empty
     */
    String maxAttemptsString() default "";

    /**
     * How long after its first failure an operation is tried again; each further time is twice as long, or
     * as configured. Needs {@link #maxAttempts()}, here or in the properties. Default: as configured, else
     * 100 milliseconds.
     *
     * @return a time, zero or more, or empty
     */
    String backoff() default "";

    /**
     * What becomes of a key when one of its operations has failed and is not tried again: {@code skip} (it goes on with
     * the next one), {@code park} (it closes until an operator decides) or {@code halt} (the atom pauses). Default: as
     * configured, else {@code skip}.
     *
     * @return the policy, or empty
     */
    String exhaustedPolicy() default "";
}
