package io.keyedsequential.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Small applications, and the check with which a test of one ends. */
public final class Apps {

    private Apps() {}

    public static ApplicationContextRunner app() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        KeyedSequentialAutoConfiguration.class,
                        AopAutoConfiguration.class,
                        TaskExecutionAutoConfiguration.class));
    }

    public static AtomRegistry registry(ApplicationContext context) {
        return context.getBean(AtomRegistry.class);
    }

    /** Every atom is idle, has no lane left, and all it admitted has ended. */
    public static void assertAtRest(ApplicationContext context) {
        for (RegisteredAtom atom : registry(context).atoms()) {
            assertThat(atom.coordinator().awaitIdle(Duration.ofMinutes(2)))
                    .as(atom.name())
                    .isTrue();
            CoordinatorStats stats = atom.coordinator().stats();
            assertThat(stats.queued() + stats.active() + stats.awaiting() + stats.lanes())
                    .as(atom.name())
                    .isZero();
            assertThat(stats.admitted())
                    .as(atom.name())
                    .isEqualTo(stats.completed() + stats.failed() + stats.cancelled());
        }
    }

    public static void await(CountDownLatch latch) {
        try {
            if (!latch.await(120, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
