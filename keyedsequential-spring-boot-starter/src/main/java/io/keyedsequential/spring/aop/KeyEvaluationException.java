package io.keyedsequential.spring.aop;

import org.jspecify.annotations.Nullable;

/** A call has no key: its expression failed or was {@code null}. The method has not run. */
public class KeyEvaluationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * For this starter; applications do not create it.
     *
     * @param message names method, expression and atom
     * @param cause what the expression threw, or {@code null}
     */
    public KeyEvaluationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
