package io.keyedsequential.spring.metrics;

import io.keyedsequential.spring.metrics.OperationObservationContext.Outcome;
import io.keyedsequential.spring.metrics.OperationObservationDocumentation.HighCardinalityKeys;
import io.keyedsequential.spring.metrics.OperationObservationDocumentation.LowCardinalityKeys;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/** What {@link OperationObservationDocumentation} describes. */
public class DefaultOperationObservationConvention implements OperationObservationConvention {

    /** For an application that changes a part of it. */
    public DefaultOperationObservationConvention() {}

    @Override
    public String getName() {
        return OperationObservationDocumentation.NAME;
    }

    @Override
    public String getContextualName(OperationObservationContext context) {
        return context.invocation().atom() + " " + context.invocation().operation();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(OperationObservationContext context) {
        Outcome outcome = context.outcome();
        return KeyValues.of(
                LowCardinalityKeys.ATOM.withValue(context.invocation().atom()),
                LowCardinalityKeys.OPERATION.withValue(context.invocation().operation()),
                LowCardinalityKeys.OUTCOME.withValue(outcome == null ? KeyValue.NONE_VALUE : outcome.tag()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(OperationObservationContext context) {
        KeyValues values = KeyValues.empty();
        String key = context.shownKey();
        if (key != null) {
            values = values.and(HighCardinalityKeys.KEY.withValue(key));
        }
        String label = context.invocation().label();
        if (label != null) {
            values = values.and(HighCardinalityKeys.LABEL.withValue(label));
        }
        Long id = context.operationId();
        if (id != null) {
            values = values.and(HighCardinalityKeys.OPERATION_ID.withValue(id.toString()));
        }
        return values;
    }
}
