package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;

/**
 * Carries the thread locals for which Micrometer's context propagation has an accessor, among them the current
 * observation. Not the request's attributes, wherever they were registered; and not what has a carrier and a switch of
 * its own.
 */
@Order(CarrierOrder.SNAPSHOT)
public final class SnapshotCarrier implements InvocationDecorator {

    /** The keys of accessors in libraries that may be absent, which is why they are written out. */
    private final Set<Object> notCarried = Set.of(
            "org.springframework.web.context.request.RequestAttributesThreadLocalAccessor.KEY",
            "org.springframework.context.i18n.LocaleContextThreadLocalAccessor.KEY",
            "org.springframework.security.core.context.SecurityContext",
            "cp.slf4j");

    private final ContextRegistry accessors;
    private final ContextSnapshotFactory snapshots;

    /**
     * Carries what these reach.
     *
     * @param accessors asked at every call: more may be registered later
     */
    public SnapshotCarrier(ContextRegistry accessors) {
        this.accessors = accessors;
        this.snapshots = ContextSnapshotFactory.builder()
                .contextRegistry(accessors)
                .captureKeyPredicate(this::carries)
                .clearMissing(true)
                .build();
    }

    private boolean carries(Object accessorKey) {
        return !notCarried.contains(accessorKey);
    }

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        if (callersThread || accessors.getThreadLocalAccessors().isEmpty()) {
            return null;
        }
        ContextSnapshot snapshot = snapshots.captureAll();
        return new Carried(snapshot);
    }

    private final class Carried implements DecoratedInvocation {

        private final ContextSnapshot snapshot;

        Carried(ContextSnapshot snapshot) {
            this.snapshot = snapshot;
        }

        @Override
        @SuppressWarnings("try") // the scope is only there while its block runs
        public @Nullable Object run(Body body) throws Throwable {
            try (ContextSnapshot.Scope ignored = snapshot.setThreadLocals(SnapshotCarrier.this::carries)) {
                return body.run();
            }
        }
    }
}
