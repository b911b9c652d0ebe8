package io.keyedsequential.chaos;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file to which all processes append. Each line is one write to a file that was opened for appending: it is there when the write
 * returns, whatever becomes of the process, and the lines of all processes stand in the order in which they were written. For any
 * thread.
 *
 * <p>Bodies write {@code began}, {@code ended} and {@code failed} with instance, atom, key, number, and whether the transaction of
 * the call was to be rolled back; the test writes what it does to an instance.
 */
final class Ledger {

    private final FileOutputStream file;

    Ledger(Path path) throws IOException {
        file = new FileOutputStream(path.toFile(), true);
    }

    void body(String event, String instance, Atom atom, String key, int number, boolean doomed) {
        write("%s %s %s %s %d %s".formatted(event, instance, atom.text(), key, number, doomed));
    }

    void instance(String event, String instance) {
        write(event + " " + instance);
    }

    private void write(String line) {
        try {
            file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> lines(Path path) {
        try {
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
