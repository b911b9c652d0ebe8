package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A daemon thread that does one thing and keeps what came of it. */
public final class TestThread<R> {

    private final FutureTask<R> task;
    private final Thread thread;

    private TestThread(Callable<R> body) {
        this.task = new FutureTask<>(body);
        this.thread = new Thread(task, "test-thread");
        thread.setDaemon(true);
    }

    public static <R> TestThread<R> start(Callable<R> body) {
        TestThread<R> started = new TestThread<>(body);
        started.thread.start();
        return started;
    }

    Thread thread() {
        return thread;
    }

    boolean isDone() {
        return task.isDone();
    }

    /** Whether it is inside of a method of that name just now: it may be one that goes round without waiting. */
    boolean isIn(String method) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    public R result() {
        try {
            return task.get(Eventually.DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the thread failed", e.getCause());
        } catch (Exception e) {
            throw new AssertionError("no result", e);
        }
    }

    Throwable failure() {
        Throwable thrown = catchThrowable(() -> task.get(Eventually.DEADLINE.toNanos(), TimeUnit.NANOSECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return thrown.getCause();
    }

    RejectedOperationException rejection() {
        Throwable thrown = failure();
        assertThat(thrown).isInstanceOf(RejectedOperationException.class);
        return (RejectedOperationException) thrown;
    }

    /** Waits until the thread waits for somebody. */
    void awaitWaiting() {
        Eventually.until("the thread waits", () -> {
            Thread.State state = thread.getState();
            return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
        });
    }
}
