package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The atoms of an application may have any name. */
@ExtendWith(BrowserExtension.class)
class DashboardOddNamesIT {

    @EnableAutoConfiguration
    static class OddApp {

        @Bean
        KeyedCoordinator<String> slashed() {
            return KeyedCoordinator.<String>builder("a/b").build();
        }

        @Bean
        KeyedCoordinator<String> inherited() {
            return KeyedCoordinator.<String>builder("__proto__").build();
        }

        @Bean
        KeyedCoordinator<String> upwards() {
            return KeyedCoordinator.<String>builder("..").build();
        }

        @Bean
        KeyedCoordinator<String> marked() {
            return KeyedCoordinator.<String>builder("<b>%2F ?#&ü</b>").build();
        }
    }

    private static RunningApp app;

    @BeforeAll
    static void start() {
        app = RunningApp.start(OddApp.class, PlainApp.WRITABLE);
    }

    @AfterAll
    static void stop() {
        if (app != null) {
            app.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "__proto__", "..", "<b>%2F ?#&ü</b>"})
    void eachIsShownAndSteered(String name, Browser browser) {
        KeyedCoordinator<Object> atom =
                app.context().getBean(AtomRegistry.class).coordinator(name);
        LivePage page = browser.open(app.page()).untilLive().every(1);
        page.until("all are listed", () -> page.count("#atoms li") == 4);
        page.run(
                "[...document.querySelectorAll('#atoms a')].find(a => a.querySelector('.nav-name').firstChild.textContent === arguments[0]).click()",
                name);
        page.untilText("#atom-name", name::equals);
        page.press("#atom-verbs", "Pause");
        page.untilText("#atom-state", "paused"::equals);
        assertThat(atom.isPaused()).isTrue();
        page.press("#atom-verbs", "Resume");
        page.untilText("#atom-state", "running"::equals);
        assertThat(atom.isPaused()).isFalse();
        assertThat(page.text("#status")).startsWith("Live");
    }
}
