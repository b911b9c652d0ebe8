package io.keyedsequential.spring.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.spring.engine.StoredCall.UnreadableCallException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;

/** Arguments come back as they were; what cannot be read again is refused. */
class ArgumentCodecTest {

    record Line(String article, BigDecimal price) {}

    record Order(long id, List<Line> lines, Optional<String> note, Instant at) {}

    static class Node {
        public Node next;
    }

    @Service
    static class Mailer {}

    @SuppressWarnings("unused")
    static class Methods {
        void order(Order order, int count, Map<String, List<BigDecimal>> prices, String[] tags) {}

        void none() {}

        void grown(String first, Optional<String> second) {}

        void grownWrongly(String first, String second) {}

        void node(Node node) {}

        void object(Object value) {}

        void wildcard(List<?> values) {}

        void inner(Map<String, Object> values) {}

        void stream(InputStream stream) {}

        void dataSource(DataSource dataSource) {}

        void environment(Environment environment) {}

        void service(Mailer mailer) {}

        void template(JdbcTemplate template) {}

        <T> void variable(T value) {}
    }

    private final ArgumentCodec codec =
            new ArgumentCodec(JsonMapper.builder().build(), "keyedsequential.x.max-arguments", 1000);

    private static Method method(String name) {
        return Arrays.stream(Methods.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Object[] roundTrip(String method, Object... arguments) {
        return codec.read(codec.write("atom.op", method(method), arguments), method(method));
    }

    @Test
    void argumentsComeBackAsTheyWere() {
        Order order = new Order(
                Long.MAX_VALUE,
                List.of(new Line("ä€😀\0", new BigDecimal("12.50"))),
                Optional.empty(),
                Instant.parse("2026-11-29T08:00:00.123456789Z"));
        Map<String, List<BigDecimal>> prices = Map.of("a", List.of(new BigDecimal("12345678901234567890.120")));
        Object[] read = roundTrip("order", order, 3, prices, new String[] {"x", null});
        assertThat(read).hasSize(4);
        assertThat(read[0]).isEqualTo(order);
        assertThat(read[1]).isEqualTo(3);
        assertThat(read[2]).isEqualTo(prices);
        assertThat((String[]) read[3]).containsExactly("x", null);
        assertThat(roundTrip("order", null, 3, null, null)).containsExactly(null, 3, null, null);
        assertThat(roundTrip("none")).isEmpty();
    }

    @Test
    void aParameterThatWasAddedIsOptional() {
        String old = "[\"a\"]";
        assertThat(codec.read(old, method("grown"))).containsExactly("a", Optional.empty());
        assertThatThrownBy(() -> codec.read(old, method("grownWrongly")))
                .isInstanceOf(UnreadableCallException.class)
                .hasMessageContaining("parameter 2");
        assertThatThrownBy(() -> codec.read("[\"a\",\"b\",\"c\"]", method("grown")))
                .isInstanceOf(UnreadableCallException.class);
        assertThatThrownBy(() -> codec.read("{}", method("grown"))).isInstanceOf(UnreadableCallException.class);
        assertThatThrownBy(() -> codec.read("[\"a\"", method("grown"))).isInstanceOf(UnreadableCallException.class);
        assertThatThrownBy(() -> codec.read("[{\"id\":\"x\"},1,null,null]", method("order")))
                .isInstanceOf(UnreadableCallException.class)
                .hasMessageContaining("argument 1");
    }

    @Test
    void argumentsThatAreTooLargeOrContainThemselvesAreRefused() {
        assertThatThrownBy(
                        () -> codec.write("atom.op", method("grown"), new Object[] {"€".repeat(400), Optional.empty()}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keyedsequential.x.max-arguments (1000)");
        Node node = new Node();
        node.next = node;
        assertThatThrownBy(() -> codec.write("atom.op", method("node"), new Object[] {node}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("atom.op: parameter 1");
    }

    @Test
    void typesThatSayNothingOrAreNoDataAreRefused() {
        List<String> taken = new ArrayList<>();
        for (String name : List.of(
                "object",
                "wildcard",
                "inner",
                "stream",
                "dataSource",
                "environment",
                "service",
                "template",
                "variable")) {
            if (codec.objection(method(name).getGenericParameterTypes()[0]) == null) {
                taken.add(name);
            }
        }
        assertThat(taken).isEmpty();
        for (var type : method("order").getGenericParameterTypes()) {
            assertThat(codec.objection(type)).isNull();
        }
        assertThat(codec.objection(method("node").getGenericParameterTypes()[0]))
                .isNull();
    }
}
