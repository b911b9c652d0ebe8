package io.keyedsequential.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Writes what goes into the ledgers to a file, so that it can be checked when the process has ended. Never read back.
 */
@Component
final class Journal {

    private final @Nullable Path file;

    Journal(DeskProperties properties) {
        this.file = properties.journal();
    }

    /** One line in one write: lines of different customers do not mix, and none is held back in memory. */
    void append(String customer, LedgerEntry entry) {
        if (file == null) {
            return;
        }
        String line = "%s\t%d\t%d\t%s\t%s\t%s%n"
                .formatted(
                        customer,
                        entry.sequence(),
                        entry.operation(),
                        entry.reference(),
                        entry.amount().toPlainString(),
                        entry.balance().toPlainString());
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
