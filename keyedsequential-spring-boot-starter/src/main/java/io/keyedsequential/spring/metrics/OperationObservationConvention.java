package io.keyedsequential.spring.metrics;

import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/** Names the observation of a call and says what it tells. A bean of this type replaces the default. */
public interface OperationObservationConvention extends ObservationConvention<OperationObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof OperationObservationContext;
    }

    /**
     * Observes every call of an annotated method.
     *
     * @param registry may do nothing
     * @param convention the application's, or {@code null} for the default
     * @param keys whether and how keys are shown
     * @param mask shows keys that are to be masked
     * @return for the auto-configuration
     */
    static InvocationDecorator observing(
            ObservationRegistry registry,
            @Nullable OperationObservationConvention convention,
            KeyDisplay keys,
            KeyMask mask) {
        return new OperationObservationDecorator(registry, convention, keys, mask);
    }
}
