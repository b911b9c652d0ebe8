package io.keyedsequential.spring.actuate;

import java.time.Duration;

/**
 * Description of one atom in a few numbers.
 *
 * @param declaredBy the method or bean that declares it
 * @param paused whether an operator paused it
 * @param intakeOpen whether it takes new operations
 * @param limits its limits
 * @param counts what is there now, and what has been
 * @param oldestWait how long the oldest queued operation has waited; zero if none waits
 */
public record AtomSummaryDescriptor(
        String declaredBy,
        boolean paused,
        boolean intakeOpen,
        LimitsDescriptor limits,
        CountsDescriptor counts,
        Duration oldestWait) {}
