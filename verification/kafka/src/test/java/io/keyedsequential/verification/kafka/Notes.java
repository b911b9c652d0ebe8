package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all instances have written down, in the order in which it happened. */
final class Notes {

    /**
     * A line; a process may die before it has written one.
     *
     * @param at when the body began, or ended, in milliseconds of the machine's clock; the line may be written later
     */
    record Note(boolean begins, String key, int number, long process, long at) {

        String record() {
            return key + " " + number;
        }
    }

    private final Path file;

    Notes(Path file) {
        this.file = file;
    }

    List<Note> all() {
        try {
            List<Note> notes = new ArrayList<>();
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] words = line.split(" ");
                    notes.add(new Note(
                            words[0].equals("begins"),
                            words[1],
                            Integer.parseInt(words[2]),
                            Long.parseLong(words[3]),
                            Long.parseLong(words[4])));
                }
            }
            return notes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often a body began for a record for which one had begun before. */
    static long repetitions(List<Note> notes) {
        Set<String> seen = new HashSet<>();
        return notes.stream()
                .filter(Note::begins)
                .filter(note -> !seen.add(note.record()))
                .count();
    }

    /** Every record has run to its end, and none began before the one before it of its key had. */
    static void assertNothingLostAndEverythingInOrder(List<Note> notes, int keys, int numbers) {
        Map<String, Integer> ended = new HashMap<>();
        for (Note note : notes) {
            int before = ended.getOrDefault(note.key(), -1);
            if (note.begins()) {
                assertThat(note.number())
                        .as("of %s, after %d", note.key(), before)
                        .isLessThanOrEqualTo(before + 1);
            } else {
                ended.put(note.key(), Math.max(before, note.number()));
            }
        }
        for (int key = 0; key < keys; key++) {
            assertThat(ended).containsEntry("k" + key, numbers - 1);
        }
    }
}
