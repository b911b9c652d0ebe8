package io.keyedsequential.spring.metrics;

import io.keyedsequential.spring.metrics.OperationObservationContext.Outcome;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** What is observed. */
public enum OperationObservationDocumentation implements ObservationDocumentation {

    /**
     * One call of an annotated method, from the call to the end of its operation: with the time it waits, and with all
     * attempts and the time between them.
     */
    CALL {
        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultOperationObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return LowCardinalityKeys.values();
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return HighCardinalityKeys.values();
        }

        @Override
        public Observation.Event[] getEvents() {
            return Events.values();
        }
    };

    /**
     * Its name, which is also that of the timer that Boot makes of it. Not the name of a meter of the atom: those count
     * every operation, also calls of the coordinator without the annotation.
     */
    public static final String NAME = "keyedsequential.call";

    /** Keys with few values, which become tags of the timer. */
    public enum LowCardinalityKeys implements KeyName {
        /** The atom's name. */
        ATOM("atom"),
        /** The method's id inside the atom. */
        OPERATION("operation"),
        /** How it ended, as {@link Outcome} says; {@code none} until then. */
        OUTCOME("outcome");

        private final String text;

        LowCardinalityKeys(String text) {
            this.text = text;
        }

        @Override
        public String asString() {
            return text;
        }
    }

    /** Keys with many values, which only a trace shows. */
    public enum HighCardinalityKeys implements KeyName {
        /** The key, if {@code keyedsequential.observations.key} shows it. */
        KEY("key"),
        /** The label, if the operation has one. */
        LABEL("label"),
        /** The operation's id, as in snapshots, events and the log; absent if the body never began. */
        OPERATION_ID("operation.id");

        private final String text;

        HighCardinalityKeys(String text) {
            this.text = text;
        }

        @Override
        public String asString() {
            return text;
        }
    }

    /** What happens in between. */
    public enum Events implements Observation.Event {
        /** The body begins for the first time: what lies before is the wait. */
        STARTED("started"),
        /** The body begins once more. */
        RETRIED("retried");

        private final String text;

        Events(String text) {
            this.text = text;
        }

        @Override
        public String getName() {
            return text;
        }
    }
}
