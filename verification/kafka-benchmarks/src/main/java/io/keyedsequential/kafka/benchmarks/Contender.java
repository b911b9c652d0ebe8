package io.keyedsequential.kafka.benchmarks;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who consumes. */
enum Contender {
    /** {@code @KafkaListener @KeyedSequential} with {@code keyedsequential-kafka}. */
    KEYED("keyedsequential-kafka", SpringContender.class.getName()),
    /** Confluent's, ordered by key. */
    PARALLEL_CONSUMER("parallel consumer", "io.keyedsequential.kafka.benchmarks.ParallelConsumerContender"),
    /** {@code @KafkaListener} alone, with as many threads as there are partitions. */
    PLAIN("plain listener", SpringContender.class.getName()),
    /** {@code @KafkaListener @KeyedSequential} with a future, and without {@code keyedsequential-kafka}. */
    ASYNC_ACKS("asyncAcks", SpringContender.class.getName());

    private final String title;
    private final String mainClass;

    Contender(String title, String mainClass) {
        this.title = title;
        this.mainClass = mainClass;
    }

    String title() {
        return title;
    }

    String mainClass() {
        return mainClass;
    }

    String classPath() {
        String own = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return this == PARALLEL_CONSUMER ? parallelConsumersClassPath() : own;
    }

    /** The build has put it beside the classes and the jar. */
    private static String parallelConsumersClassPath() {
        try {
            Path place = Path.of(Contender.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path libraries = place.resolveSibling("parallel-consumer");
            Path classes = place.resolveSibling("classes");
            if (!Files.isDirectory(libraries) || !Files.isDirectory(classes)) {
                throw new IllegalStateException("not there: " + libraries + " and " + classes
                        + "; run the program from where the build has put it");
            }
            return classes + System.getProperty("path.separator") + libraries.resolve("*");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
