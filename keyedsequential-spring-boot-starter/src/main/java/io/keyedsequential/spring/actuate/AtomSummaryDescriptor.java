package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.spring.atom.AtomView;
import java.time.Duration;
import java.time.Instant;

/**
 * Description of one atom in a few numbers.
 *
 * @param handle what addresses it in a URL: its name, if that has no odd characters
 * @param declaredBy the methods that declare it, or the bean
 * @param engine what keeps its operations
 * @param scope whose operations these are: of this instance, or of all that share the engine
 * @param state what it does as a whole
 * @param paused whether an operator paused it
 * @param intakeOpen whether it takes new operations
 * @param limits its limits
 * @param counts what is there now, and what has been
 * @param oldestWait the longest time any operation has been waiting, be it queued, backing off or parked; zero if
 *     none waits
 * @param longestRun the longest time any attempt has been under way: it runs, or awaits its future; zero if none does
 * @param asOf when the oldest of this was looked at
 * @param attention what of it may need an operator
 */
public record AtomSummaryDescriptor(
        String handle,
        String declaredBy,
        String engine,
        AtomView.Scope scope,
        CoordinatorState state,
        boolean paused,
        boolean intakeOpen,
        LimitsDescriptor limits,
        CoordinatorStats counts,
        Duration oldestWait,
        Duration longestRun,
        Instant asOf,
        AttentionDescriptor attention) {}
