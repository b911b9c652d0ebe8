package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;

/**
 * Tells the call of a listener's method from others: the record that the consumer's thread hands over is on the thread
 * until the method has become a call. Outermost, so that nothing is put in place for an operation that does not start.
 */
final class RecordDeliveries implements InvocationDecorator, Ordered {

    private final ObjectProvider<AtomRegistry> registry;
    private final ThreadLocal<@Nullable RecordDelivery> current = new ThreadLocal<>();

    RecordDeliveries(ObjectProvider<AtomRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        RecordDelivery delivery = current.get();
        if (delivery == null || delivery.isCall() || !delivery.listener().isOf(invocation.signature())) {
            return null;
        }
        delivery.becomes(invocation, registry.getObject().coordinator(invocation.atom()));
        return delivery;
    }

    /** The partition itself, where the listener is told to keep records without a key in its order. */
    @Override
    public @Nullable Object keyInsteadOfNull(OperationSignature operation) {
        RecordDelivery delivery = current.get();
        return delivery != null
                        && !delivery.isCall()
                        && delivery.listener().isOf(operation)
                        && delivery.listener().settings().nullKeys() == NullKeysPolicy.PARTITION
                ? delivery.partition().id()
                : null;
    }

    /** What this thread hands over; {@code null} if it hands nothing over. */
    @Nullable
    RecordDelivery current() {
        return current.get();
    }

    void begin(RecordDelivery delivery) {
        current.set(delivery);
    }

    void end() {
        current.remove();
    }
}
