package io.keyedsequential.spring.actuate;

import io.keyedsequential.OneLine;
import io.keyedsequential.spring.atom.RecordedFailure;
import org.jspecify.annotations.Nullable;

/**
 * Description of an error. A message may quote whatever the application knows, so that it is shown only where keys are.
 *
 * @param type the class of the exception
 * @param message its message on one line, cut to 1,000 characters, if keys may be shown
 */
public record ErrorDescriptor(String type, @Nullable String message) {

    private static final int MOST_CHARACTERS = 1_000;

    static ErrorDescriptor of(Throwable error, KeyView keys) {
        return new ErrorDescriptor(RecordedFailure.typeOf(error), keys.mayBeShown() ? messageOf(error) : null);
    }

    /** What looks at an atom must not fail because of one exception, which is a class of the application. */
    static @Nullable String messageOf(Throwable error) {
        try {
            String message = error.getMessage();
            return message == null ? null : OneLine.of(message, MOST_CHARACTERS);
        } catch (Throwable e) {
            return null;
        }
    }
}
