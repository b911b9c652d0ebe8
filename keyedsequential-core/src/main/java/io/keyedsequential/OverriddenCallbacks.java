package io.keyedsequential;

/**
 * Which of the events that may come very often a listener wants to be told of: those whose methods it overrides. An
 * object that does not let itself be looked at, as in a native image, counts as wanting all.
 */
final class OverriddenCallbacks {

    private OverriddenCallbacks() {}

    static boolean started(CoordinatorListener listener) {
        return overrides(listener, "operationStarted", String.class, OperationSnapshot.class);
    }

    static boolean finished(CoordinatorListener listener) {
        return overrides(listener, "operationFinished", String.class, OperationSnapshot.class);
    }

    static boolean timed(CoordinatorListener listener) {
        return overrides(listener, "operationTimed", String.class, OperationState.class, long.class, long.class);
    }

    static boolean rejected(CoordinatorListener listener) {
        return overrides(listener, "operationRejected", String.class, Object.class, RejectedOperationException.class);
    }

    private static boolean overrides(CoordinatorListener listener, String method, Class<?>... parameters) {
        try {
            return listener.getClass().getMethod(method, parameters).getDeclaringClass() != CoordinatorListener.class;
        } catch (NoSuchMethodException | LinkageError e) {
            return true;
        }
    }
}
