package io.keyedsequential.mutations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The catalogue quotes sources and names tests: both are still there. Whether they catch anything, the runner finds out. */
class CatalogueTest {

    private static final Path ROOT = root();
    private static final String PACKAGE = "java/io/keyedsequential/";

    @Test
    void everyMutationAppliesToTheSourcesAsTheyStand() throws IOException {
        List<String> moved = new ArrayList<>();
        for (Mutation mutation : Catalogue.all()) {
            String source =
                    Files.readString(ROOT.resolve("keyedsequential-core/src/main/" + PACKAGE + mutation.file()));
            try {
                mutation.apply(source);
            } catch (IllegalStateException e) {
                moved.add(e.getMessage());
            }
        }
        assertThat(moved).as("quotes that are not there exactly once").isEmpty();
    }

    @Test
    void everyTestThatIsToCatchOneIsThere() {
        List<String> missing = Catalogue.all().stream()
                .flatMap(mutation -> mutation.tests().stream())
                .flatMap(tests -> Arrays.stream(tests.replace("jcstress:", "").split(",")))
                .distinct()
                .filter(test -> !isThere(test))
                .toList();
        assertThat(missing).isEmpty();
    }

    private static boolean isThere(String test) {
        return Stream.of(
                        "keyedsequential-core/src/test/",
                        "verification/concurrency/src/test/",
                        "verification/concurrency/src/main/")
                .anyMatch(sources -> Files.exists(ROOT.resolve(sources + PACKAGE + test + ".java")));
    }

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (path != null && !Files.isDirectory(path.resolve("verification/concurrency"))) {
            path = path.getParent();
        }
        return Objects.requireNonNull(path, "not inside the project");
    }
}
