package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.atom.AtomLog.SaturationListener.Saturation;
import io.keyedsequential.spring.atom.AtomLog.SaturationListener.Saturation.Counted;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SaturationTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // overflows during the test, as nanoTime may
    private final Saturation saturation = new Saturation(Duration.ofNanos(10), clock::get);

    @Test
    void theFirstIsToldAtOnceTheNextOnlyWhenTheIntervalIsOver() {
        assertThat(saturation.rejected()).isEqualTo(new Counted(1, 0));
        assertThat(saturation.rejected()).isNull();
        clock.addAndGet(9);
        assertThat(saturation.blocked()).isNull();
        clock.addAndGet(1);
        assertThat(saturation.rejected()).isEqualTo(new Counted(2, 1));
        assertThat(saturation.blocked()).isNull();
        clock.addAndGet(1_000);
        assertThat(saturation.blocked()).isEqualTo(new Counted(0, 2));
    }

    @Test
    void withoutAnIntervalEachIsTold() {
        Saturation each = new Saturation(Duration.ZERO, clock::get);
        assertThat(each.blocked()).isEqualTo(new Counted(0, 1));
        assertThat(each.blocked()).isEqualTo(new Counted(0, 1));
    }
}
