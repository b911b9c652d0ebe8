package io.keyedsequential.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * Makes every call of a bean method an operation of its key: calls with the same key run one at a time and in the order in
 * which they were made, calls with different keys run in parallel up to a limit.
 *
 * <pre>{@code
 * @KeyedSequential(key = "#order.customerId", atom = "orders", maxConcurrency = 8)
 * void process(Order order) { … }
 * }</pre>
 *
 * <p>What a call does depends on what the method returns:
 *
 * <ul>
 *   <li>{@code void}: it enqueues and returns. A failure goes to the application's
 *       {@code AsyncUncaughtExceptionHandler}; a rejection is thrown to the caller.
 *   <li>{@code CompletableFuture}, {@code CompletionStage}, {@code Future}: it enqueues and returns a future, in fact an
 *       {@code io.keyedsequential.OperationFuture}. The key is held until the future that the body returns is complete; a
 *       body that returns {@code null} completes it with {@code null}. A rejection or a key that cannot be evaluated
 *       arrives as a failed future and is never thrown. A body that returns a {@code Future} which is no
 *       {@code CompletionStage} and not done is waited for with a thread and a permit, and a warning says so once. The
 *       body must not return the future of an operation of its own key: each would wait for the other.
 *   <li>anything else: the caller waits for its turn and runs the body on its own thread, so that transactions and
 *       whatever else is bound to the thread hold. A rejection is thrown.
 * </ul>
 *
 * <p>The operation surrounds all other advice of the method: a transaction commits, and retries end, inside the key's turn.
 * Calls that a bean makes on itself are not intercepted. A retry's back-off sleeps inside the turn. A scheduled method with
 * a fixed delay counts the delay from the hand-off.
 *
 * <p>Properties win over the attributes: {@code keyedsequential.atoms.orders.max-concurrency: 16}.
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
     * beans ({@code @tenants.current()}). Evaluated on the caller's thread; must not yield {@code null}. A parameter and
     * a path of its properties are read without SpEL.
     *
     * @return the expression
     */
    String key();

    /**
     * The ordering domain. Methods that name one atom, in whichever beans, share one order per key, and its limits.
     * Kebab-case, without dots; <code>${…}</code> is resolved. Default: the bean's name and the method's,
     * {@code order-service-process}.
     *
     * @return the atom's name
     */
    String atom() default "";

    /**
     * The method's id inside its atom, for snapshots and log lines; <code>${…}</code> is resolved. Default: the method's
     * name.
     *
     * @return the operation's name
     */
    String operation() default "";

    /**
     * How many operations of the atom run at once. Default: as configured, else the number of processors.
     *
     * @return the limit, 1 or more
     */
    int maxConcurrency() default UNSET;

    /**
     * How many operations of one key run at once. Default: as configured, else 1, which keeps strict order.
     *
     * @return the limit, 1 or more
     */
    int perKeyConcurrency() default UNSET;

    /**
     * How many operations of the atom are queued at most. Default: as configured, else 10,000.
     *
     * @return the bound, 1 or more
     */
    int capacity() default UNSET;

    /**
     * How many operations of one key are queued at most. Default: as configured, else the capacity.
     *
     * @return the bound, 1 to the capacity
     */
    int capacityPerKey() default UNSET;
}
