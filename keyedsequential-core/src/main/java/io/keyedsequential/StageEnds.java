package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Runs what follows the end of a stage, without letting a long chain of stages that complete each other use up the stack:
 * beyond a depth, the rest is done further down, one after another. Confined to the current thread.
 */
final class StageEnds {

    private static final ThreadLocal<@Nullable StageEnds> CURRENT = new ThreadLocal<>();

    /** Deep enough for chains that somebody waits for inside, shallow enough for the smallest stack. */
    private static final int DEEPEST = 64;

    private final Deque<Runnable> deferred = new ArrayDeque<>();
    private int depth;

    private StageEnds() {}

    static void run(Runnable end) {
        StageEnds ends = CURRENT.get();
        if (ends == null) {
            ends = new StageEnds();
            CURRENT.set(ends);
            try {
                ends.runAndDrain(end);
            } finally {
                CURRENT.remove();
            }
        } else if (ends.depth < DEEPEST) {
            ends.nested(end);
        } else {
            ends.deferred.add(end);
        }
    }

    private void runAndDrain(Runnable end) {
        nested(end);
        Runnable next = deferred.poll();
        while (next != null) {
            nested(next);
            next = deferred.poll();
        }
    }

    private void nested(Runnable end) {
        depth++;
        try {
            end.run();
        } finally {
            depth--;
        }
    }
}
