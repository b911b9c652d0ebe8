package io.keyedsequential.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.actuate.AddressedLane.KeyView;
import io.keyedsequential.spring.actuate.LaneDescriptor.StackTraceLines;
import io.keyedsequential.spring.atom.KeyMask;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stack of an exception is bounded, whatever exception that is. */
class StackTraceLinesTest {

    private static final KeyView OPEN = new KeyView(new KeyMask(), true);
    private static final KeyView CLOSED = new KeyView(new KeyMask(), false);

    private static Throwable deep(int frames) {
        Throwable error = new IllegalStateException("customer-7\nis gone");
        StackTraceElement[] stack = new StackTraceElement[frames];
        for (int i = 0; i < frames; i++) {
            stack[i] = new StackTraceElement("Order", "process", "Order.java", i);
        }
        error.setStackTrace(stack);
        return error;
    }

    @Test
    void aDeepStackIsCutAndSaysSo() {
        List<String> lines = StackTraceLines.of(deep(5_000), OPEN);
        assertThat(lines).hasSize(62);
        assertThat(lines.get(0)).isEqualTo("java.lang.IllegalStateException: customer-7\\nis gone");
        assertThat(lines.get(1)).isEqualTo("\tat Order.process(Order.java:0)");
        assertThat(lines.get(61)).isEqualTo("\t... 4940 more");
    }

    @Test
    void messagesAreShownWhereKeysAre() {
        assertThat(StackTraceLines.of(deep(1), CLOSED).get(0)).isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void manyCausesAndCirclesEnd() {
        Throwable error = deep(1);
        for (int i = 0; i < 50; i++) {
            error = new IllegalStateException("outer", error);
        }
        assertThat(StackTraceLines.of(error, OPEN))
                .hasSizeLessThanOrEqualTo(8 * 62 + 1)
                .last()
                .asString()
                .startsWith("Caused by: more");
        Exception a = new Exception("a");
        Exception b = new Exception("b", a);
        a.initCause(b);
        assertThat(StackTraceLines.of(a, OPEN)).last().asString().startsWith("Caused by: more");
    }

    @Test
    void anExceptionThatCannotBeAskedIsNamed() {
        Throwable odd = new RuntimeException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException();
            }

            @Override
            public StackTraceElement[] getStackTrace() {
                throw new IllegalStateException();
            }

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException();
            }
        };
        assertThat(StackTraceLines.of(odd, OPEN)).containsExactly(odd.getClass().getName());
    }

    @Test
    void aLongMessageIsCut() {
        assertThat(StackTraceLines.of(new Exception("x".repeat(100_000)), OPEN).get(0))
                .hasSizeLessThan(1_100);
    }
}
