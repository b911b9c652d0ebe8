package io.keyedsequential.sample.page;

import io.keyedsequential.KeyedCoordinator;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The same with a second atom, whose name comes first. */
@EnableAutoConfiguration
class NightApp extends PlainApp {

    /** Holds the atom apart from that of the desk. */
    record Archive(KeyedCoordinator<String> atom) {}

    @Bean
    Archive archive() {
        return new Archive(KeyedCoordinator.<String>builder("archive").build());
    }

    @Bean
    KeyedCoordinator<String> archiveAtom(Archive archive) {
        return archive.atom();
    }
}
