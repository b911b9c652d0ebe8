package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ErrorDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stack trace of an exception as lines, as it is printed, but bounded: the beginning of every stack is where it
 * failed. The classes of exceptions are the application's, and may answer anything.
 */
final class StackTraceLines {

    /** Of each exception. */
    private static final int MOST_FRAMES = 60;

    /** An exception, and what it was caused by. */
    private static final int MOST_CAUSES = 8;

    private StackTraceLines() {}

    static List<String> of(Throwable error, KeyView keys) {
        List<String> lines = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Throwable each = error;
        while (each != null && seen.size() < MOST_CAUSES && seen.add(each)) {
            ErrorDescriptor said = ErrorDescriptor.of(each, keys);
            lines.add((seen.size() == 1 ? "" : "Caused by: ")
                    + (said.message() == null ? said.type() : said.type() + ": " + said.message()));
            addFrames(each, lines);
            each = causeOf(each);
        }
        if (each != null) {
            lines.add("Caused by: more, or one of the above");
        }
        return lines;
    }

    private static void addFrames(Throwable error, List<String> lines) {
        StackTraceElement[] frames = framesOf(error);
        for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
            lines.add("\tat " + frames[i]);
        }
        if (frames.length > MOST_FRAMES) {
            lines.add("\t... %d more".formatted(frames.length - MOST_FRAMES));
        }
    }

    private static StackTraceElement[] framesOf(Throwable error) {
        try {
            StackTraceElement[] frames = error.getStackTrace();
            return frames == null ? new StackTraceElement[0] : frames;
        } catch (Throwable e) {
            return new StackTraceElement[0];
        }
    }

    private static @Nullable Throwable causeOf(Throwable error) {
        try {
            return error.getCause();
        } catch (Throwable e) {
            return null;
        }
    }
}
