package io.keyedsequential.kafka.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One topic, what is sent to it, and the processes of one contender that consume it, one after the other. */
final class Trial implements AutoCloseable {

    /** Healthy keys. */
    static final int KEYS = 1000;

    /** After so long without progress nothing more is expected. A busy machine takes its time to start a process. */
    private static final long STANDSTILL_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final Contender contender;
    private final Settings settings;
    private final Broker broker;
    private final Path directory;
    private final int bodyMillis;
    private final String topic;
    private final Map<Integer, Integer> sent = new HashMap<>();
    private final List<ContenderProcess> processes = new ArrayList<>();
    private final List<Message> healthy = new ArrayList<>();

    Trial(Contender contender, Settings settings, Broker broker, Path directory, int bodyMillis) {
        this.contender = contender;
        this.settings = settings;
        this.broker = broker;
        this.directory = directory;
        this.bodyMillis = bodyMillis;
        this.topic = broker.newTopic();
    }

    /** Sends the next one of the healthy keys, which have their turns. */
    void sendHealthy(long sentAt) {
        send(Message.Kind.WORKS, healthy.size() % KEYS, sentAt);
    }

    void sendSpecial(Message.Kind kind, long sentAt) {
        send(kind, Message.SPECIAL, sentAt);
    }

    private void send(Message.Kind kind, int key, long sentAt) {
        int number = sent.merge(key, 1, Integer::sum) - 1;
        Message message = new Message(kind, key, number, sentAt);
        if (key != Message.SPECIAL) {
            healthy.add(message);
        }
        broker.send(topic, message);
    }

    void flush() {
        broker.flush();
    }

    int healthySent() {
        return healthy.size();
    }

    List<Message> sentToHealthyKeys() {
        return healthy;
    }

    /**
     * Starts a process.
     *
     * @param entries how many bodies it may begin at most
     */
    void start(int entries) {
        start(contender, entries);
    }

    /** As {@link #start(int)}, of another contender, which goes on in the same group. */
    void start(Contender other, int entries) {
        processes.add(ContenderProcess.start(other, settings, directory, broker.address(), topic, bodyMillis, entries));
    }

    /** Kills the process that was started last. */
    void kill() {
        processes.get(processes.size() - 1).kill();
    }

    /** Waits until so many bodies of healthy keys have ended. Answers whether it came to that. */
    boolean awaitHealthy(int count) {
        return await(count, STANDSTILL_NANOS);
    }

    /** As {@link #awaitHealthy}, but no longer than this without progress. */
    boolean await(int count, long standstillNanos) {
        int ended = healthyEnded();
        long progress = System.nanoTime();
        while (ended < count) {
            processes.get(processes.size() - 1).checkAlive();
            if (System.nanoTime() - progress > standstillNanos) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)); // others need the processor
            int now = healthyEnded();
            if (now > ended) {
                ended = now;
                progress = System.nanoTime();
            }
        }
        return true;
    }

    private int healthyEnded() {
        return journals().stream().mapToInt(Journal::healthyEnded).sum();
    }

    /** What the process that was started last has had of the processor so far. */
    double processorMicros() {
        return processes.get(processes.size() - 1).processorMicros();
    }

    List<Journal> journals() {
        return processes.stream().map(ContenderProcess::journal).toList();
    }

    Verdict verdict() {
        Map<Integer, Integer> wanted = new HashMap<>(sent);
        wanted.remove(Message.SPECIAL);
        return Verdict.of(journals(), wanted);
    }

    @Override
    public void close() {
        processes.forEach(ContenderProcess::close);
    }
}
