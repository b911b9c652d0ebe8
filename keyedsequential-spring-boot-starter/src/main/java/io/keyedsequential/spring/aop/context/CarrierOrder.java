package io.keyedsequential.spring.aop.context;

import org.springframework.core.Ordered;

/**
 * Which carrier is inside of which around the body; smaller numbers are outside. The application's task decorators are
 * inside of all that is carried for it: what they put in place counts. What names the operation is inside of them,
 * because a decorator that exchanges the whole MDC would remove it, and so is the operation's observation, whose trace
 * ids may be in the MDC.
 */
public final class CarrierOrder {

    /** Whatever has a {@code ThreadLocalAccessor}. */
    public static final int SNAPSHOT = Ordered.HIGHEST_PRECEDENCE + 1000;

    /** The caller's observation. */
    public static final int OBSERVATION = SNAPSHOT + 10;

    /** Locale and time zone. */
    public static final int LOCALE = SNAPSHOT + 20;

    /** The caller's authentication. */
    public static final int SECURITY = SNAPSHOT + 30;

    /** The caller's MDC. */
    public static final int MDC = SNAPSHOT + 40;

    /** The application's task decorators. */
    public static final int TASK_DECORATORS = SNAPSHOT + 50;

    /** Atom, key and operation in the MDC. The operation's own observation comes after this. */
    public static final int MDC_NAMES = SNAPSHOT + 60;

    private CarrierOrder() {}
}
