package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Runs what follows the end of a stage, without letting a long chain of stages that complete each other use up the
 * stack: beyond a depth, the rest is done further down, one after another. Confined to the current thread.
 */
final class StageCompletions {

    private static final ThreadLocal<@Nullable StageCompletions> CURRENT = new ThreadLocal<>();

    /** Deep enough for chains that a dependent waits for from inside, shallow enough for the smallest stack. */
    private static final int DEEPEST = 64;

    private record End(IdleWatch atom, Runnable rest) {}

    private final Deque<End> deferred = new ArrayDeque<>();

    /** Whose operations are being ended, innermost first. */
    private final Deque<IdleWatch> nested = new ArrayDeque<>();

    private StageCompletions() {}

    /** Runs what follows the end of an operation of the given atom, now or when the stack is lower. */
    static void run(IdleWatch atom, Runnable rest) {
        End end = new End(atom, rest);
        StageCompletions ends = CURRENT.get();
        if (ends == null) {
            ends = new StageCompletions();
            CURRENT.set(ends);
            try {
                ends.runAndDrain(end);
            } finally {
                CURRENT.remove();
            }
        } else if (ends.nested.size() < DEEPEST) {
            ends.nested(end);
        } else {
            ends.deferred.add(end);
        }
    }

    /** Whether the current thread is ending an operation of the given atom. */
    static boolean isInside(IdleWatch atom) {
        StageCompletions ends = CURRENT.get();
        return ends != null && ends.nested.contains(atom);
    }

    /** Whether the current thread is ending an operation of any atom. */
    static boolean isInsideAny() {
        return CURRENT.get() != null;
    }

    private void runAndDrain(End end) {
        nested(end);
        End next = deferred.poll();
        while (next != null) {
            nested(next);
            next = deferred.poll();
        }
    }

    private void nested(End end) {
        nested.push(end.atom());
        try {
            end.rest().run();
        } finally {
            nested.pop();
        }
    }
}
