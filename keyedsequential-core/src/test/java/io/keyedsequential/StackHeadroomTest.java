package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** What {@link StackOverflowTest} shows only where the compiler has inlined by chance. */
class StackHeadroomTest {

    /** HotSpot's {@code FreqInlineSize}, in bytes of code. */
    private static final int LONGEST_INLINED = 325;

    @Test
    void theLookIsTooLongToBeInlined() {
        StringWriter code = new StringWriter();
        int failed = ToolProvider.findFirst("javap")
                .orElseThrow()
                .run(
                        new PrintWriter(code),
                        new PrintWriter(code),
                        "-c",
                        "-p",
                        StackHeadroom.class.getResource("StackHeadroom.class").toString());
        assertThat(failed).as(code.toString()).isZero();
        String check = code.toString().split("static void check\\(\\);")[1].split("private static")[0];
        int lastInstruction = Pattern.compile("(?m)^ +(\\d+): [a-z]")
                .matcher(check)
                .results()
                .map((MatchResult found) -> Integer.parseInt(found.group(1)))
                .reduce(0, Math::max);
        assertThat(lastInstruction).isGreaterThan(LONGEST_INLINED);
    }
}
