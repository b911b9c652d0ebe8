package io.keyedsequential.spring.aop.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.spring.aop.key.KeyExpressions.KeyExpression;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

class KeyExpressionsTest {

    record Customer(String id, boolean vip) {}

    record Order(Customer customer, List<String> lines) {}

    static class Message {
        public String topic = "field";

        public String getId() {
            return "m-1";
        }

        public boolean isUrgent() {
            return true;
        }

        public String body() {
            return "text";
        }
    }

    static class LoudMessage extends Message {
        @Override
        public String getId() {
            return "LOUD";
        }

        public String getVolume() {
            return "11";
        }
    }

    interface Envelope<M> {
        void open(M message, String by);
    }

    static class OrderEnvelope implements Envelope<Order> {
        @Override
        public void open(Order message, String by) {}
    }

    @SuppressWarnings("unused")
    static class Methods {
        void order(Order order) {}

        void message(Message message, Map<String, String> headers) {}

        void two(String left, int right) {}

        void misleading(String p1, String other) {}
    }

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final KeyExpressions expressions = new KeyExpressions(beans);
    private final Order order = new Order(new Customer("c-7", true), List.of("a", "b"));

    @ParameterizedTest
    @CsvSource({
        "order, #order.customer.id, c-7",
        "order, #p0.customer.id, c-7",
        "order, #a0.customer.vip, true",
        "message, #message.id, m-1",
        "message, #message.urgent, true",
        "message, #message.body, text",
        "two, #left, l",
        "two, #p1, 2"
    })
    void pathsAreReadWithoutSpelAndAsSpelWouldReadThem(String method, String text, String expected) {
        KeyExpression key = parse(method, text);
        assertThat(key).isInstanceOf(PathKey.class);
        assertThat(String.valueOf(key.evaluate(argumentsOf(method)))).isEqualTo(expected);
        SpelKey spel = spelKey(method, text);
        assertThat(spel.evaluate(argumentsOf(method))).isEqualTo(key.evaluate(argumentsOf(method)));
    }

    @ParameterizedTest
    @CsvSource({
        "order, #order.customer?.id, c-7",
        "order, #order.lines[1], b",
        "order, #order.lines.?[#this == 'b'][0], b",
        "order, '#order.lines.![toUpperCase()].get(0)', A",
        "message, #headers['tenant'], t-1",
        "message, #headers[tenant], t-1",
        "message, #message.topic, field",
        "two, #left + ':' + #right, l:2",
        "two, @prefix + #left, pre-l",
        "two, '{#left, #right}', '[l, 2]'",
        "two, 'T(java.lang.Math).max(#right, 1)', 2"
    })
    void everythingElseIsSpel(String method, String text, String expected) {
        beans.registerSingleton("prefix", "pre-");
        KeyExpression key = parse(method, text);
        assertThat(key).isInstanceOf(SpelKey.class);
        assertThat(String.valueOf(key.evaluate(argumentsOf(method)))).isEqualTo(expected);
    }

    @Test
    void aParameterMayBeNull() {
        assertThat(parse("two", "#left?.length()").evaluate(new Object[] {null, 2}))
                .isNull();
        assertThat(parse("two", "#left ?: #right").evaluate(new Object[] {null, 2}))
                .isEqualTo(2);
    }

    @Test
    void aParameterThatIsCalledAsAPositionIsThatOneInBothWays() {
        Object[] arguments = {"first", "second"};
        assertThat(parse("misleading", "#p1").evaluate(arguments)).isEqualTo("first");
        assertThat(parse("misleading", "#p1 + ''").evaluate(arguments)).isEqualTo("first");
        assertThat(parse("misleading", "#a1 + ''").evaluate(arguments)).isEqualTo("second");
    }

    @Test
    void whatAnExpressionAssignsIsSeenByTheRestOfItAndByNoOtherCall() {
        KeyExpression key = parse("two", "{(#left), (#left = 'x'), (#left), (#right = null), (#right)}");
        List<Object> expected = Arrays.asList("l", "x", "x", null, null);
        assertThat(key.evaluate(argumentsOf("two"))).isEqualTo(expected);
        assertThat(key.evaluate(argumentsOf("two"))).isEqualTo(expected);
    }

    @Test
    void anOverriddenGetterIsTheOneThatIsRead() {
        assertThat(parse("message", "#message.id").evaluate(new Object[] {new LoudMessage(), null}))
                .isEqualTo("LOUD");
    }

    @Test
    void aPropertyOfASubclassIsLeftToSpel() {
        KeyExpression key = parse("message", "#message.volume");
        assertThat(key).isInstanceOf(SpelKey.class);
        assertThat(key.evaluate(new Object[] {new LoudMessage(), null})).isEqualTo("11");
    }

    @Test
    void aTypeParameterIsKnownByTheClassOfTheBean() throws Exception {
        Method open = Envelope.class.getMethod("open", Object.class, String.class);
        KeyExpression key = expressions.parse("key", "#message.customer.id", open, OrderEnvelope.class);
        assertThat(key).isInstanceOf(PathKey.class);
        assertThat(key.evaluate(new Object[] {order, "me"})).isEqualTo("c-7");
    }

    @Test
    void anArgumentThatIsNotOfTheDeclaredTypeIsLeftToSpel() throws Exception {
        Method open = Envelope.class.getMethod("open", Object.class, String.class);
        KeyExpression key = expressions.parse("key", "#message.customer.id", open, OrderEnvelope.class);
        record Other(Customer customer) {}
        assertThat(key.evaluate(new Object[] {new Other(new Customer("c-8", false)), "me"}))
                .isEqualTo("c-8");
    }

    @Test
    void whatAnAccessorThrowsIsThrownUnchanged() {
        Message broken = new Message() {
            @Override
            public String getId() {
                throw new IllegalStateException("no id yet");
            }
        };
        assertThatThrownBy(() -> parse("message", "#message.id").evaluate(new Object[] {broken, null}))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("no id yet");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#ordr",
                "#ordr?.customer",
                "'x' + #ordr",
                "#p1",
                "#root",
                "#this",
                "#order.lines.?[#other == 1]",
                "#key(#order)",
                "order.customer",
                "customer()",
                "#order.lines.get(size())"
            })
    void referencesToNothingAreRefused(String text) {
        assertThatThrownBy(() -> parse("order", text))
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessageContaining("refers to");
    }

    private KeyExpression parse(String method, String text) {
        return expressions.parse("key", text, method(method), Methods.class);
    }

    private SpelKey spelKey(String method, String text) {
        // A safe navigation that changes nothing keeps the fast path away.
        String spel = text.replace(".", "?.");
        KeyExpression key = parse(method, spel.equals(text) ? "(" + text + ")" : spel);
        assertThat(key).isInstanceOf(SpelKey.class);
        return (SpelKey) key;
    }

    private Object[] argumentsOf(String method) {
        return switch (method) {
            case "order" -> new Object[] {order};
            case "message" -> new Object[] {new Message(), Map.of("tenant", "t-1")};
            default -> new Object[] {"l", 2};
        };
    }

    private static Method method(String name) {
        return Arrays.stream(Methods.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
