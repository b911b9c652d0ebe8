package io.keyedsequential.sample.load;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keyedsequential.jdbc.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what docs/durable.md says, word for word, as {@link OperatingIT} does it for another page: processes are started, killed and
 * started again by the commands of the page. Different are the place of the jar, the ports, and the database server, which is one of
 * the test's own; where there is none, its part of the page is left out.
 */
@Timeout(1800)
class DurableIT {

    private static final String SERVER = "\n## Two instances on PostgreSQL\n";
    private static final String DATABASE = "jdbc:postgresql://localhost:5432/desk?user=desk&password=desk";

    @TempDir
    Path directory;

    @Test
    void everyCommandAnswersWhatThePageSaysAboutOneInstance() throws Exception {
        new PageWalk(directory).follow(page().substring(0, page().indexOf(SERVER)), Map.of());
    }

    @Test
    void everyCommandAnswersWhatThePageSaysAboutTwo() throws Exception {
        assumeTrue(PostgresServer.isThere(), "there is no PostgreSQL");
        new PageWalk(directory)
                .follow(
                        page().substring(page().indexOf(SERVER)),
                        Map.of(DATABASE, PostgresServer.instance().url()));
    }

    private static String page() throws IOException {
        return Files.readString(LoadRun.docs().resolve("durable.md"));
    }
}
