package io.keyedsequential.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database for several threads at once. The first thread that asks does so at once and alone; those that ask
 * meanwhile wait for it to come back, and one of them then asks for all of them. So a group grows with the load,
 * nothing waits for a timer, and a thread goes on only when what it asked for is committed: nothing more is in hand
 * than without. For any thread.
 *
 * @param <Q> what a thread asks
 * @param <R> what it gets
 */
final class Grouped<Q, R> {

    private static final class Request<Q, R> {
        final Q question;

        /** Completed with {@code null} to make the waiting thread the next one that asks. */
        final CompletableFuture<@Nullable Answer<R>> answer = new CompletableFuture<>();

        Request(Q question) {
            this.question = question;
        }
    }

    private record Answer<R>(R value) {}

    private static final int YIELDS = 3;

    private final int most;
    private final Function<List<Q>, List<R>> ask;

    /** Those that wait; guarded by itself. */
    private final Deque<Request<Q, R>> waiting = new ArrayDeque<>();

    /** Whether a thread asks now, or has been told to; guarded by {@link #waiting}. */
    private boolean asking;

    /**
     * Asks nothing yet.
     *
     * @param most how many questions at once
     * @param ask gives the answers in the order of the questions; if it throws, all of the group get the exception
     */
    Grouped(int most, Function<List<Q>, List<R>> ask) {
        this.most = most;
        this.ask = ask;
    }

    /**
     * Asks, alone or with others. Does not react to interrupts.
     *
     * @throws RuntimeException what asking for the group has thrown
     */
    R ask(Q question) {
        Request<Q, R> request = new Request<>(question);
        boolean leads;
        synchronized (waiting) {
            leads = !asking;
            if (leads) {
                asking = true;
            } else {
                waiting.add(request);
            }
        }
        if (!leads) {
            @Nullable Answer<R> answer = await(request);
            if (answer != null) {
                return answer.value();
            }
        }
        return lead(request);
    }

    private static <Q, R> @Nullable Answer<R> await(Request<Q, R> request) {
        try {
            return request.answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // whether others come along is a matter of cost only
    private R lead(Request<Q, R> own) {
        List<Request<Q, R>> group = new ArrayList<>();
        group.add(own);
        for (int i = 0; i < YIELDS; i++) { // those that are about to ask come along
            Thread.yield();
        }
        synchronized (waiting) {
            while (group.size() < most && !waiting.isEmpty()) {
                group.add(waiting.remove());
            }
        }
        try {
            List<R> answers =
                    ask.apply(group.stream().map(request -> request.question).toList());
            for (int i = 1; i < group.size(); i++) {
                group.get(i).answer.complete(new Answer<>(answers.get(i)));
            }
            return answers.get(0);
        } catch (RuntimeException | Error e) {
            group.subList(1, group.size()).forEach(request -> request.answer.completeExceptionally(e));
            throw e;
        } finally {
            handOn();
        }
    }

    private void handOn() {
        Request<Q, R> next;
        synchronized (waiting) {
            next = waiting.poll();
            if (next == null) {
                asking = false;
            }
        }
        if (next != null) {
            next.answer.complete(null);
        }
    }
}
