package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.atom.RecordedFailure;
import org.jspecify.annotations.Nullable;

/**
 * Description of an error. A message may quote whatever the application knows, so that it is shown only where keys are.
 *
 * @param type the class of the exception
 * @param message its message, if keys may be shown
 */
public record ErrorDescriptor(String type, @Nullable String message) {

    static ErrorDescriptor of(Throwable error, KeyView keys) {
        return new ErrorDescriptor(RecordedFailure.typeOf(error), keys.mayBeShown() ? error.getMessage() : null);
    }
}
