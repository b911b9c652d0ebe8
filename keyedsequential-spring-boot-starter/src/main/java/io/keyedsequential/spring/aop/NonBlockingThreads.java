package io.keyedsequential.spring.aop;

import org.springframework.util.ClassUtils;

/**
 * Threads that must not wait, such as those of an event loop: Reactor's {@code NonBlocking}, and what is registered
 * with it. Where another caller would wait for room or for its turn, they are rejected.
 */
final class NonBlockingThreads {

    private static final boolean REACTOR =
            ClassUtils.isPresent("reactor.core.scheduler.Schedulers", NonBlockingThreads.class.getClassLoader());

    private NonBlockingThreads() {}

    static boolean isCurrent() {
        return REACTOR && ReactorCalls.isOnNonBlockingThread();
    }
}
