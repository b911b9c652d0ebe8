package io.keyedsequential.verification.kafka;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * An application in a process of its own whose calls are kept by Kafka: it calls for keys of its own, one after the other
 * for each, and runs what its partitions bring. It writes down what it was promised and what its bodies do: into one file
 * with the others, line by line.
 */
public class KilledCaller {

    private final Path notes;

    KilledCaller(Path notes) {
        this.notes = notes;
    }

    /**
     * Runs until it is killed.
     *
     * @param arguments the address of the broker, the file, what its keys begin with, how many keys, how many calls for
     *     each, and properties
     */
    public static void main(String[] arguments) throws InterruptedException {
        List<String> given = List.of(arguments);
        Path notes = Path.of(given.get(1));
        Instance instance = Instance.startAt(
                given.get(0),
                List.of(new KilledCaller(notes)),
                given.subList(5, given.size()).toArray(String[]::new));
        note(notes, "started", "-", 0);
        int keys = Integer.parseInt(given.get(3));
        int calls = Integer.parseInt(given.get(4));
        List<Thread> callers = new ArrayList<>();
        for (int key = 0; key < keys; key++) {
            String name = given.get(2) + key;
            Thread caller = new Thread(() -> {
                for (int number = 0; number < calls; number++) {
                    instance.bean(KilledCaller.class).work(name, number);
                    note(notes, "accepted", name, number);
                }
            });
            caller.start();
            callers.add(caller);
        }
        for (Thread caller : callers) {
            caller.join();
        }
    }

    @KeyedSequential(atom = "killed", key = "#key")
    public void work(String key, int number) {
        note(notes, "begins", key, number);
        LockSupport.parkNanos(5_000_000); // the work
        note(notes, "ended", key, number);
    }

    /** One write of one line is not divided by those of other processes. */
    private static void note(Path notes, String what, String key, int number) {
        String line = "%s %s %s %d%n"
                .formatted(what, key, number, ProcessHandle.current().pid());
        try {
            Files.writeString(notes, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
