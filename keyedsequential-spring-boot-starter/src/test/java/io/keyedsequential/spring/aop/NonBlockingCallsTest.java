package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.RejectedOperationException.Reason;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.scheduler.NonBlocking;

/** A thread that must not block is rejected where another one would wait, whatever the method returns. */
class NonBlockingCallsTest {

    static class Desk {
        @KeyedSequential(key = "#key", atom = "desk", capacity = 1, blockTimeout = "1h")
        public void hold(String key, CountDownLatch begun, CountDownLatch gate) {
            begun.countDown();
            await(gate);
        }

        @KeyedSequential(key = "#key", atom = "desk")
        public void nothing(String key) {}

        @KeyedSequential(key = "#key", atom = "desk")
        public CompletableFuture<Thread> future(String key) {
            return CompletableFuture.completedFuture(Thread.currentThread());
        }

        @KeyedSequential(key = "#key", atom = "desk")
        public Thread value(String key) {
            return Thread.currentThread();
        }

        @KeyedSequential(key = "#key", atom = "desk")
        public Object any(String key) {
            return Thread.currentThread();
        }
    }

    static final class EventLoop extends Thread implements NonBlocking {
        EventLoop(Runnable work) {
            super(work, "event-loop");
        }
    }

    private static <R> R onEventLoop(Callable<R> call) throws Exception {
        FutureTask<R> task = new FutureTask<>(call);
        new EventLoop(task).start();
        try {
            return task.get(2, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private static final ApplicationContextRunner APP =
            app().withBean(Desk.class).withPropertyValues("keyedsequential.atoms.desk.max-concurrency=1");

    /** With its only permit and its only place taken. */
    private interface Busy {
        void check(Desk desk) throws Exception;
    }

    private static void busy(Busy check) {
        APP.run(context -> {
            Desk desk = context.getBean(Desk.class);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch gate = new CountDownLatch(1);
            desk.hold("A", begun, gate);
            await(begun);
            desk.hold("A", begun, gate);
            try {
                check.check(desk);
            } finally {
                gate.countDown();
            }
            assertAtRest(context);
            assertThat(registry(context).coordinator("desk").stats().blockedCallers())
                    .isZero();
        });
    }

    private static void isRejected(Throwable rejection, Reason reason) {
        assertThat(rejection).isInstanceOf(RejectedOperationException.class);
        assertThat(((RejectedOperationException) rejection).reason()).isEqualTo(reason);
    }

    @Test
    void aCallThatWouldWaitForRoomIsRejected() {
        busy(desk -> {
            assertThatThrownBy(() -> onEventLoop(() -> {
                        desk.nothing("A");
                        return null;
                    }))
                    .satisfies(rejection -> isRejected(rejection, Reason.FULL));
            CompletableFuture<Thread> future = onEventLoop(() -> desk.future("A"));
            assertThatThrownBy(() -> future.get(2, TimeUnit.MINUTES))
                    .cause()
                    .satisfies(rejection -> isRejected(rejection, Reason.FULL));
        });
    }

    @Test
    void aValueThatWouldWaitForItsTurnIsRejected() {
        busy(desk -> {
            for (String key : new String[] {"A", "B"}) {
                assertThatThrownBy(() -> onEventLoop(() -> desk.value(key)))
                        .isInstanceOf(RejectedOperationException.class);
                assertThatThrownBy(() -> onEventLoop(() -> desk.any(key)))
                        .isInstanceOf(RejectedOperationException.class);
            }
        });
    }

    @Test
    void whatNeedNotWaitIsTaken() {
        APP.run(context -> {
            Desk desk = context.getBean(Desk.class);
            assertThat(onEventLoop(() -> desk.value("A"))).isInstanceOf(EventLoop.class);
            assertThat(onEventLoop(() -> desk.any("A"))).isInstanceOf(EventLoop.class);
            assertThat(onEventLoop(() -> desk.future("A")).get(2, TimeUnit.MINUTES))
                    .isNotInstanceOf(EventLoop.class);
            onEventLoop(() -> {
                desk.nothing("A");
                return null;
            });
            assertAtRest(context);
            assertThat(registry(context).coordinator("desk").stats().completed())
                    .isEqualTo(4);
        });
    }
}
