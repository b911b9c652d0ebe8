package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Two methods of one atom whose keys can never be equal are told of at the start. */
@ExtendWith(OutputCaptureExtension.class)
class KeyTypesOfAnAtomTest {

    static class TextAndNumber {
        @KeyedSequential(key = "#id", atom = "orders", operation = "text")
        public void text(String id) {}

        @KeyedSequential(key = "#id", atom = "orders", operation = "number")
        public void number(long id) {}
    }

    static class Alike {
        @KeyedSequential(key = "#id", atom = "orders", operation = "plain")
        public void plain(long id) {}

        @KeyedSequential(key = "#id", atom = "orders", operation = "boxed")
        public void boxed(Long id) {}

        @KeyedSequential(key = "#id", atom = "orders", operation = "wider")
        public void wider(Number id) {}

        @KeyedSequential(key = "#id", atom = "orders", operation = "any")
        public void any(Object id) {}

        @KeyedSequential(key = "#id", atom = "others")
        public void other(UUID id) {}
    }

    @Test
    void keysThatAreNeverEqualAreWarnedOf(CapturedOutput output) {
        app().withBean(TextAndNumber.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(output)
                    .contains(
                            "orders: keys of different types are never equal, so calls of these methods are not ordered"
                                    + " with each other:")
                    .contains("String at " + TextAndNumber.class.getName() + ".text(String)")
                    .contains("Long at " + TextAndNumber.class.getName() + ".number(long)");
        });
    }

    @Test
    void keysThatMayBeEqualAreNot(CapturedOutput output) {
        app().withBean(Alike.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(output).doesNotContain("keys of different types");
        });
    }
}
