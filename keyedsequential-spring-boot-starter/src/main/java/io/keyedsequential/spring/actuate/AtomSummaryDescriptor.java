package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorState;
import java.time.Duration;

/**
 * Description of one atom in a few numbers.
 *
 * @param handle what addresses it in a URL: its name, if that has no odd characters
 * @param declaredBy the methods that declare it, or the bean
 * @param state what it does as a whole
 * @param paused whether an operator paused it
 * @param intakeOpen whether it takes new operations
 * @param limits its limits
 * @param counts what is there now, and what has been
 * @param oldestWait how long the operation has waited that waits longest, be it queued, backing off or parked; zero if none
 *     waits
 * @param longestRun how long the attempt has been under way that has for longest: it runs, or awaits its future; zero if none
 *     does
 */
public record AtomSummaryDescriptor(
        String handle,
        String declaredBy,
        CoordinatorState state,
        boolean paused,
        boolean intakeOpen,
        LimitsDescriptor limits,
        CountsDescriptor counts,
        Duration oldestWait,
        Duration longestRun) {}
