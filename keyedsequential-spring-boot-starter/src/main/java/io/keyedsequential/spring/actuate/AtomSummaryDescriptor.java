package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorState;
import java.time.Duration;

/**
 * Description of one atom in a few numbers.
 *
 * @param declaredBy the method or bean that declares it
 * @param state what it does as a whole
 * @param paused whether an operator paused it
 * @param intakeOpen whether it takes new operations
 * @param limits its limits
 * @param counts what is there now, and what has been
 * @param oldestWait how long the operation has waited that waits longest, be it queued, backing off or parked; zero if none
 *     waits
 */
public record AtomSummaryDescriptor(
        String declaredBy,
        CoordinatorState state,
        boolean paused,
        boolean intakeOpen,
        LimitsDescriptor limits,
        CountsDescriptor counts,
        Duration oldestWait) {}
