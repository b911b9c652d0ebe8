package io.keyedsequential.benchmarks.contender;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * The scheduling of the .NET {@code KeyedSequentialAtom}, written anew: one dispatcher takes operations in the order of
 * arrival, takes one of the global slots, waits for the key, and only then hands the body to the pool. Two operations of
 * one key therefore stall every key behind them.
 *
 * <p>Kinder than the original: no record of past operations, no bound on the queue, no deferral. As there, a key's gate is
 * never removed (the original sweeps by chance).
 */
final class DispatcherModel implements Contender {

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final ConcurrentHashMap<Long, Semaphore> gates = new ConcurrentHashMap<>();
    private final Semaphore slots;
    private final ExecutorService pool;
    private final Thread dispatcher;

    DispatcherModel(Threads threads) {
        this.slots = new Semaphore(threads.permits());
        this.pool = threads.newPool();
        this.dispatcher = new Thread(this::dispatch, "dispatcher");
        dispatcher.setDaemon(true);
        dispatcher.start();
    }

    @Override
    public void execute(Long key, Body body) {
        arrivals.add(new Arrival(key, body));
    }

    private void dispatch() {
        try {
            while (true) {
                Arrival arrival = arrivals.take();
                slots.acquire();
                Semaphore gate = gates.computeIfAbsent(arrival.key, key -> new Semaphore(1));
                gate.acquire();
                pool.execute(() -> {
                    try {
                        arrival.body.run();
                    } finally {
                        gate.release();
                        slots.release();
                    }
                });
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        dispatcher.interrupt();
        pool.shutdownNow();
    }

    private record Arrival(Long key, Body body) {}
}
