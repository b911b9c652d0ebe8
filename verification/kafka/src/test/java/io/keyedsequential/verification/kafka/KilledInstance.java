package io.keyedsequential.verification.kafka;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;

/** An application in a process of its own, which writes down what its bodies do: into one file with the others, line by line. */
public class KilledInstance {

    private final Path notes;

    KilledInstance(Path notes) {
        this.notes = notes;
    }

    /**
     * Runs until it is killed.
     *
     * @param arguments the address of the broker, the file, and properties
     */
    public static void main(String[] arguments) {
        List<String> given = List.of(arguments);
        Instance.startAt(
                given.get(0),
                List.of(new KilledInstance(Path.of(given.get(1)))),
                given.subList(2, given.size()).toArray(String[]::new));
    }

    @KafkaListener(id = "killed", topics = "${topic}", groupId = "${topic}")
    @KeyedSequential(key = "#record.key()", atom = "killed")
    void process(ConsumerRecord<String, String> record) {
        long begun = System.currentTimeMillis(); // first: it may be stopped before the line is written
        note("begins", record, begun);
        LockSupport.parkNanos(5_000_000); // the work
        note("ended", record, System.currentTimeMillis());
    }

    /** One write of one line is not divided by those of other processes. */
    private void note(String what, ConsumerRecord<String, String> record, long at) {
        String line = "%s %s %s %d %d%n"
                .formatted(
                        what,
                        record.key(),
                        record.value(),
                        ProcessHandle.current().pid(),
                        at);
        try {
            Files.writeString(notes, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
