package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    private static final List<String> NAMES = List.of("orders", "order-lines", "payments");

    @ParameterizedTest
    @CsvSource({
        "order, orders",
        "Order.Lines, order-lines",
        "order-lins, order-lines",
        "ordreLines, order-lines",
        "paymnet, payments",
        "mail,",
        "o,",
        "' ',"
    })
    void itIsTheOneThatFewestLettersTellApartIfTheyAreFew(String given, String nearest) {
        assertThat(AtomName.nearest(given, NAMES).orElse(null)).isEqualTo(nearest);
    }
}
