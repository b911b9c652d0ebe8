package io.keyedsequential.sample.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/kafka.md says about an instance that is killed, word for word, with the broker inside of the sample. */
@Timeout(1800)
class KafkaIT {

    private static final String WALK = "\n## An instance that is killed\n";

    @TempDir
    Path directory;

    @Test
    void everyCommandAnswersWhatThePageSays() throws Exception {
        String page = Files.readString(LoadRun.docs().resolve("kafka.md"));
        new PageWalk(directory).follow(page.substring(page.indexOf(WALK)), Map.of());
    }
}
