package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AtomNameTest {

    @ParameterizedTest
    @CsvSource({
        "orderService-process, order-service-process",
        "HTTPClient-getURL, http-client-get-url",
        "OrderService-processV2, order-service-process-v2",
        "Order.Lines, order-lines",
        "order_lines, order-lines",
        "--a--, a",
        "3d-view, d-view",
        "a, a"
    })
    void anyTextBecomesKebabCase(String text, String expected) {
        assertThat(AtomName.toKebabCase(text)).isEqualTo(expected);
        assertThat(AtomName.isKebabCase(expected)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Order", "order_lines", "order.lines", "-a", "a-", "a--b", "1a", "a/b"})
    void otherNamesAreRefused(String name) {
        assertThat(AtomName.isKebabCase(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-lines", "orderLines", "ORDER_LINES", "orderlines"})
    void spellingsHaveOneCanonicalForm(String name) {
        assertThat(AtomName.canonical(name)).isEqualTo("orderlines");
    }

    @ParameterizedTest
    @CsvSource({"order-lines, keyedsequential.atoms.order-lines", "order.lines, keyedsequential.atoms[order.lines]"})
    void aNameWithADotIsConfiguredInBrackets(String name, String property) {
        assertThat(AtomName.property(name)).isEqualTo(property);
    }
}
