package io.keyedsequential.jdbc;

import org.jspecify.annotations.Nullable;

/** This version of the application cannot run an item as it is stored; another one may. */
final class UnreadableItemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableItemException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
