package io.keyedsequential.sample.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Starts the packaged order desk, whose libraries are jars and know their version. */
class StartupIT {

    @Test
    void theLogNamesTheVersionAndTheAtoms() throws Exception {
        try (SampleProcess sample = SampleProcess.start(LoadRun.jar(), List.of())) {
            await().atMost(Duration.ofMinutes(10)).untilAsserted(() -> assertThat(sample.log())
                    .anyMatch(Pattern.compile("INFO .*keyedsequential \\d+\\.\\d+\\.\\d+\\S*, \\d+ atoms$")
                            .asPredicate())
                    .anyMatch(line -> line.contains("orders: engine=memory, max-concurrency=16,")));
        }
    }
}
