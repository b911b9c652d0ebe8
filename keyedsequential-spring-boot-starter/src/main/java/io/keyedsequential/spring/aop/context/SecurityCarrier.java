package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/**
 * Carries who is authenticated. Not the security context itself: a logout empties that, and every attempt gets one of
 * its own.
 */
@Order(CarrierOrder.SECURITY)
public final class SecurityCarrier implements InvocationDecorator {

    private final SecurityContextHolderStrategy holder;

    /**
     * Carries what is found here.
     *
     * @param holder where security contexts are
     */
    public SecurityCarrier(SecurityContextHolderStrategy holder) {
        this.holder = holder;
    }

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        if (callersThread) {
            return null;
        }
        Authentication carried = holder.getContext().getAuthentication();
        return new Carried(holder, carried);
    }

    private record Carried(SecurityContextHolderStrategy holder, @Nullable Authentication authentication)
            implements DecoratedInvocation {

        @Override
        public @Nullable Object run(Body body) throws Throwable {
            SecurityContext previous = holder.getContext(); // never null: where there is none, it makes an empty one
            SecurityContext own = holder.createEmptyContext();
            own.setAuthentication(authentication);
            holder.setContext(own);
            try {
                return body.run();
            } finally {
                if (previous.getAuthentication() == null) {
                    holder.clearContext();
                } else {
                    holder.setContext(previous);
                }
            }
        }
    }
}
