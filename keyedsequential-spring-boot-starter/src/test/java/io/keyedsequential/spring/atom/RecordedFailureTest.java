package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedFailureTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            textBlock =
                    """
                    java.io.IOException, java.io.IOException, none
                    java.io.IOException: no way, java.io.IOException, no way
                    com.acme.Order$Refused: 17: gone, com.acme.Order$Refused, 17: gone
                    died three times, io.keyedsequential.spring.atom.RecordedFailure, died three times
                    note: three times, io.keyedsequential.spring.atom.RecordedFailure, note: three times
                    """)
    void whatWasPrintedIsTakenApart(String printed, String type, String message) {
        RecordedFailure failure = RecordedFailure.of(printed);
        assertThat(failure.type()).isEqualTo(type);
        assertThat(failure.getMessage()).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "java.io.IOException", "java.io.IOException: ", "com.acme.NoWay: one\ntwo", "no class"})
    void itPrintsAsItDid(String printed) {
        assertThat(RecordedFailure.of(printed)).hasToString(printed);
    }

    @Test
    void anyErrorHasAType() {
        assertThat(RecordedFailure.typeOf(new IOException())).isEqualTo("java.io.IOException");
        assertThat(RecordedFailure.typeOf(new RecordedFailure("com.acme.NoWay", null)))
                .isEqualTo("com.acme.NoWay");
    }

    @Test
    void itHasNoStackOfItsOwn() {
        assertThat(RecordedFailure.of("com.acme.NoWay").getStackTrace()).isEmpty();
    }
}
