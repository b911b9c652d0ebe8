package io.keyedsequential.spring.aop;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What says that a call was refused, and not that it failed: its caller has no right to call, or has passed arguments
 * that no attempt would accept. By name: the libraries may be absent.
 */
final class Refusals {

    private static final String[] NAMES = {
        "org.springframework.security.access.AccessDeniedException",
        "org.springframework.security.core.AuthenticationException",
        "jakarta.validation.ConstraintViolationException",
        "org.springframework.validation.method.MethodValidationException"
    };

    private static final ClassValue<Boolean> REFUSALS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return Stream.<Class<?>>iterate(type, parent -> parent != null, Class::getSuperclass)
                    .anyMatch(parent -> Arrays.asList(NAMES).contains(parent.getName()));
        }
    };

    private Refusals() {}

    static boolean isRefusal(Throwable failure) {
        @Nullable Throwable thrown = failure;
        while (thrown != null && isWrapper(thrown) && thrown.getCause() != thrown) {
            thrown = thrown.getCause();
        }
        return thrown != null && REFUSALS.get(thrown.getClass());
    }

    /** What futures and proxies put around it. */
    private static boolean isWrapper(Throwable failure) {
        return failure instanceof CompletionException
                || failure instanceof ExecutionException
                || failure instanceof UndeclaredThrowableException;
    }
}
