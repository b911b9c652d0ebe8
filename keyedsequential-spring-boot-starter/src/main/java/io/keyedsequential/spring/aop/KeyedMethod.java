package io.keyedsequential.spring.aop;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LabeledOperation;
import io.keyedsequential.LogSafe;
import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.aop.AfterCommit.CountedCall;
import io.keyedsequential.spring.aop.AfterCommit.DeferredCall;
import io.keyedsequential.spring.aop.InvocationTarget.BlockingFutures;
import io.keyedsequential.spring.aop.StoredMethod.Attributes;
import io.keyedsequential.spring.aop.key.KeyExpressions.KeyExpression;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/** Everything about one annotated method that does not change from call to call. */
final class KeyedMethod {

    private final Method method;
    private final OperationSignature signature;
    private final KeyExpression key;
    private final @Nullable LabelExpression label;
    private final ReturnStyle returnStyle;
    private final EnqueuePhase phase;
    private final AtomRegistry registry;
    private final InvocationDecorators decorators;
    private final UncaughtFailures failures;
    private final BlockingFutures blockingFutures;
    private final StoredMethods storedMethods;
    private final Attributes storedAttributes;

    /** What its calls become if an engine keeps its atom; {@code null} in memory. Written before the coordinator. */
    private @Nullable StoredMethod stored;

    /** Whether a body may run more than once. Written before the coordinator. */
    private boolean repeatable;

    /** Looked up at the first call: only when all methods have been seen are the atom's settings known. */
    private volatile @Nullable KeyedCoordinator<Object> coordinator;

    KeyedMethod(
            Method method,
            OperationSignature signature,
            KeyExpression key,
            @Nullable LabelExpression label,
            ReturnStyle returnStyle,
            EnqueuePhase phase,
            AtomRegistry registry,
            InvocationDecorators decorators,
            UncaughtFailures failures,
            BlockingFutures blockingFutures,
            StoredMethods storedMethods,
            Attributes storedAttributes) {
        this.method = method;
        this.signature = signature;
        this.key = key;
        this.label = label;
        this.returnStyle = returnStyle;
        this.phase = phase;
        this.registry = registry;
        this.decorators = decorators;
        this.failures = failures;
        this.blockingFutures = blockingFutures;
        this.storedMethods = storedMethods;
        this.storedAttributes = storedAttributes;
    }

    @Nullable
    Object enqueue(MethodInvocation call) throws Throwable {
        if (returnStyle.isStorable()) { // the others are refused where an engine keeps the atom
            StoredMethod known = stored(returnStyle);
            if (known != null) {
                return known.called(call);
            }
        }
        return isDeferring() ? DeferredCall.enqueue(this, returnStyle, call) : returnStyle.enqueue(this, call);
    }

    /**
     * Whether a call that is made now waits for a commit. The phase is looked at first: AfterCommit needs spring-tx.
     */
    boolean isDeferring() {
        return phase == EnqueuePhase.AFTER_COMMIT && AfterCommit.isInTransaction();
    }

    /** Before the first call of the method it may not be known who keeps the atom. */
    private @Nullable StoredMethod stored(ReturnStyle style) {
        if (coordinator == null) {
            try {
                coordinator();
            } catch (RuntimeException | Error e) {
                if (style == ReturnStyle.VOID) {
                    throw e;
                }
                return null; // meets it again where it becomes the caller's future
            }
        }
        return stored;
    }

    /** Whether this is a stored call on its way, not a caller's: it has been authorized and validated. */
    boolean isDelivery() {
        StoredMethod known = returnStyle.isStorable() ? stored(returnStyle) : null;
        return known != null && known.delivered() != null;
    }

    /** Tells the caller that a call was refused before it was enqueued, in the way of the method's type. */
    Object refused(Throwable refusal) {
        return returnStyle.refused(refusal);
    }

    /** Counts a call that waits for the commit of its caller's transaction. */
    void countDeferred() {
        registry.find(signature.atom()).ifPresent(atom -> CountedCall.register(atom.deferredCalls()));
    }

    /** Evaluates the key and asks the decorators, on the caller's thread. */
    PreparedCall prepare(MethodInvocation call, boolean callersThread) {
        KeyedInvocation invocation = invocation(call, Map.of());
        coordinator(); // whether a body may repeat is known from its options
        return new PreparedCall(this, invocation, call, decorators.decorate(invocation, callersThread), repeatable);
    }

    /** The call as data. The key first: what cannot be ordered is not asked for anything else. */
    KeyedInvocation invocation(MethodInvocation call, Map<String, String> headers) {
        Object[] arguments = call.getArguments();
        Object keyed = keyOf(call);
        return new KeyedInvocation(
                signature, keyed, arguments, headers, label == null ? null : label.evaluate(arguments));
    }

    /** Whether a body may run more than once: it is tried again, or an operator retries what is parked. */
    private static boolean mayRepeat(CoordinatorOptions options) {
        return options.retryPolicy().maxAttempts() > 1
                || options.exhaustedPolicy() == ExhaustedPolicy.PARK
                || options.exhaustedPolicies().containsValue(ExhaustedPolicy.PARK);
    }

    private Object keyOf(MethodInvocation call) {
        Object value;
        try {
            value = key.evaluate(call.getArguments());
        } catch (Exception e) { // also what a getter declares, and a proxy could not
            throw new KeyEvaluationException(
                    "%s: the key '%s' of %s cannot be evaluated: %s"
                            .formatted(
                                    signature.atom(),
                                    key,
                                    Methods.describe(method),
                                    e.getMessage() == null ? e : e.getMessage()),
                    e);
        }
        if (value == null) {
            value = decorators.keyInsteadOfNull(signature);
        }
        if (value == null) {
            throw new KeyEvaluationException(
                    "%s: the key '%s' of %s is null; every call needs a key"
                            .formatted(signature.atom(), key, Methods.describe(method)),
                    null);
        }
        return value;
    }

    KeyedCoordinator<Object> coordinator() {
        KeyedCoordinator<Object> known = coordinator;
        if (known == null) {
            known = registry.coordinator(signature.atom());
            checkAgainst(known.options());
            if (returnStyle == ReturnStyle.VOID) {
                registry.find(signature.atom()).ifPresent(atom -> atom.claimReportsOf(signature.operation()));
            }
            repeatable = mayRepeat(known.options());
            stored = registry.find(signature.atom())
                    .map(atom -> storedMethods.of(this, atom))
                    .orElse(null);
            coordinator = known;
        }
        return known;
    }

    /** What is seen only when the atom's settings are known. */
    private void checkAgainst(CoordinatorOptions options) {
        if (returnStyle == ReturnStyle.FLUX && mayRepeat(options)) {
            throw new MisconfiguredAtomException(
                    ("%s returns a Flux, and the atom '%s' may try operations again (%s, "
                                    + "exhaustedPolicy %s%s): elements that a subscriber has seen cannot be "
                                    + "taken back.")
                            .formatted(
                                    Methods.describe(method),
                                    signature.atom(),
                                    "retryPolicy with %d attempts"
                                            .formatted(options.retryPolicy().maxAttempts()),
                                    options.exhaustedPolicy(),
                                    options.exhaustedPolicies().isEmpty() ? "" : ", " + options.exhaustedPolicies()),
                    "Return a Mono of a list (Flux.collectList()), or name an atom without retries "
                            + "that does not park.");
        }
    }

    /** How messages name what is called: the atom and the operation's name. */
    String describe() {
        return signature.atom() + ": '" + signature.operation() + "'";
    }

    Method method() {
        return method;
    }

    OperationSignature signature() {
        return signature;
    }

    ReturnStyle returnStyle() {
        return returnStyle;
    }

    Attributes storedAttributes() {
        return storedAttributes;
    }

    UncaughtFailures failures() {
        return failures;
    }

    BlockingFutures blockingFutures() {
        return blockingFutures;
    }

    /** Takes the label from the arguments of a call. A label is a courtesy: a call is made whatever becomes of it. */
    static final class LabelExpression {

        private static final Log log = LogFactory.getLog(KeyedMethod.class);

        private final KeyExpression expression;
        private final OperationSignature signature;
        private final Method method;
        private final AtomicBoolean failed = new AtomicBoolean();

        LabelExpression(KeyExpression expression, OperationSignature signature, Method method) {
            this.expression = expression;
            this.signature = signature;
            this.method = method;
        }

        /**
         * The label on one line and cut; {@code null} if there is none. The value is asked here, while it is the
         * caller's.
         */
        @Nullable
        String evaluate(@Nullable Object[] arguments) {
            try {
                Object value = expression.evaluate(arguments);
                String text = value == null ? null : value.toString();
                return text == null ? null : LogSafe.of(text, LabeledOperation.MOST_CHARACTERS);
            } catch (Exception | LinkageError | StackOverflowError e) {
                if (failed.compareAndSet(false, true)) {
                    log.warn(
                            "%s: the label '%s' of %s cannot be evaluated; the calls run without one (said once)"
                                    .formatted(signature.atom(), expression, Methods.describe(method)),
                            e);
                }
                return null;
            }
        }
    }

    /**
     * A call with all that has to be taken on the caller's thread: its key, and what its decorators carry.
     *
     * @param method the method
     * @param invocation the call as data
     * @param rest the rest of the advice, and the bean's method behind it
     * @param decorated what is done around the body, or {@code null}
     * @param repeatable whether there may be more than one attempt
     */
    record PreparedCall(
            KeyedMethod method,
            KeyedInvocation invocation,
            MethodInvocation rest,
            @Nullable DecoratedInvocation decorated,
            boolean repeatable) {

        Object key() {
            return invocation.key();
        }

        void ended(@Nullable Throwable failure) {
            InvocationDecorators.ended(decorated, failure);
        }
    }
}
