package io.keyedsequential.spring.aop;

import io.keyedsequential.LabeledOperation;
import io.keyedsequential.NamedOperation;
import io.keyedsequential.RefusingOperation;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * Where an invocation runs: in memory, the rest of the advice and the bean's method behind it. This is what the
 * coordinator gets as the body, in the shape that the method's return type asks for.
 */
abstract class InvocationTarget implements NamedOperation, LabeledOperation, RefusingOperation {

    private final PreparedCall call;

    InvocationTarget(PreparedCall call) {
        this.call = call;
    }

    @Override
    public final String operationName() {
        return call.invocation().operation();
    }

    @Override
    public final @Nullable String operationLabel() {
        return call.invocation().label();
    }

    @Override
    public final @Nullable String operationTrace() {
        DecoratedInvocation decorated = call.decorated();
        return decorated == null ? null : decorated.traceId();
    }

    /** The wrong caller, or the wrong arguments, say nothing of the key: it is not to be parked for them. */
    @Override
    public final boolean isRefusal(Throwable failure) {
        return Refusals.isRefusal(failure);
    }

    final KeyedInvocation invocation() {
        return call.invocation();
    }

    final void tellDecorators(@Nullable Throwable failure) {
        call.ended(failure);
    }

    final PreparedCall preparedCall() {
        return call;
    }

    final MethodInvocation rest() {
        return call.rest();
    }

    /** Runs the invocation, once for every attempt. */
    final @Nullable Object proceed() throws Throwable {
        // To proceed uses an invocation up: a second attempt would find no advice left, and run without a transaction.
        MethodInvocation attempt = call.repeatable() && rest() instanceof ProxyMethodInvocation proxied
                ? proxied.invocableClone()
                : rest();
        DecoratedInvocation decorated = call.decorated();
        return decorated == null ? invoke(attempt) : decorated.run(() -> invoke(attempt));
    }

    /** What decorators surround: the rest of the advice, and what has to be done with what it returns. */
    @Nullable
    Object invoke(MethodInvocation attempt) throws Throwable {
        return attempt.proceed();
    }
}
