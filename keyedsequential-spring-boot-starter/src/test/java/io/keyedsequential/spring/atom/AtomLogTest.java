package io.keyedsequential.spring.atom;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.NamedOperation;
import io.keyedsequential.OperationFuture;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Everything runs on the thread of the test, so that what is to be logged has been when it looks. */
@ExtendWith(OutputCaptureExtension.class)
class AtomLogTest {

    /** Held by a reference: otherwise it, and its handler, could be collected. */
    private final Logger coreLog = Logger.getLogger("io.keyedsequential");

    private final List<String> loggedByCore = new ArrayList<>();
    private final KeyMask mask = new KeyMask();
    private final AtomicLong clock = new AtomicLong();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            loggedByCore.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listenToCore() {
        coreLog.addHandler(handler);
    }

    @AfterEach
    void coreHasSaidNothing() {
        coreLog.removeHandler(handler);
        assertThat(loggedByCore).isEmpty();
    }

    private static final class Broken implements Callable<String>, Runnable, NamedOperation {
        @Override
        public String operationName() {
            return "send";
        }

        @Override
        public String call() {
            throw new IllegalStateException("no connection");
        }

        @Override
        public void run() {
            call();
        }
    }

    private static KeyedCoordinator.Builder<String> mail() {
        return KeyedCoordinator.<String>builder("mail")
                .executor(Runnable::run)
                .maxConcurrency(1)
                .closeTimeout(Duration.ZERO);
    }

    private static RetryPolicy twice() {
        return RetryPolicy.builder().maxAttempts(2).backoff(Duration.ZERO).build();
    }

    private KeyedCoordinator<String> logged(KeyedCoordinator.Builder<String> builder) {
        KeyedCoordinator<String> coordinator = builder.build();
        new AtomLog(new LoggedKeys(KeyDisplay.MASKED, mask), Duration.ofSeconds(10), clock::get)
                .atomAdded(new RegisteredAtom("mail", coordinator, "bean 'mailer'", false));
        return coordinator;
    }

    private static List<String> lines(CapturedOutput output) {
        return Arrays.stream(output.getAll().split("\\R"))
                .filter(line -> line.contains("mail: "))
                .map(line -> line.substring(line.indexOf("mail: ")))
                .toList();
    }

    @Test
    void aFailureThatNobodyIsToldOfIsOneLineWithItsStackTrace(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail());
        mail.execute("ada", (Runnable) new Broken());
        assertThat(lines(output))
                .singleElement()
                .asString()
                .startsWith(
                        "mail: operation 1 (send) of key %s failed after 1 attempt with java.lang.IllegalStateException (queued=0"
                                .formatted(mask.mask("ada")))
                .endsWith("capacity=10000)");
        assertThat(output)
                .contains("WARN", "java.lang.IllegalStateException: no connection")
                .doesNotContain("ada ");
    }

    @Test
    void aFirstFailureWithAFutureIsLeftToWhoeverHasIt(CapturedOutput output) {
        OperationFuture<String> future = logged(mail()).submit("ada", new Broken());
        assertThat(future).isCompletedExceptionally();
        assertThat(lines(output)).isEmpty();
    }

    @Test
    void exhaustedAttemptsAreOneLineWithAFutureAndWithout(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail().retryPolicy(twice()));
        mail.submit("ada", new Broken()).exceptionally(Throwable::getMessage);
        mail.execute("bob", (Runnable) new Broken());
        assertThat(lines(output)).hasSize(2).allMatch(line -> line.contains(" failed after 2 attempts with "));
        assertThat(lines(output).get(0)).startsWith("mail: operation 1 (send) of key " + mask.mask("ada"));
        assertThat(lines(output).get(1)).startsWith("mail: operation 2 (send) of key " + mask.mask("bob"));
    }

    @Test
    void anOperationThatLogsItsFailureItselfIsNotLoggedAgainButParkedItIs(CapturedOutput output) {
        KeyedCoordinator<String> mail = mail().retryPolicy(twice())
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .build();
        RegisteredAtom atom = new RegisteredAtom("mail", mail, "bean 'mailer'", false);
        atom.claimReportsOf("send");
        new AtomLog(new LoggedKeys(KeyDisplay.MASKED, mask), Duration.ofSeconds(10), clock::get).atomAdded(atom);
        mail.execute("ada", (Runnable) new Broken());
        assertThat(lines(output)).singleElement().asString().contains(" is parked after 2 attempts ");
        mail.skip("ada");
        assertThat(lines(output)).hasSize(1);
    }

    @Test
    void attemptsBeforeAnOperatorRetriedItAreCountedToo(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail().retryPolicy(twice()).exhaustedPolicy(ExhaustedPolicy.PARK));
        mail.execute("ada", (Runnable) new Broken());
        mail.retry("ada");
        mail.skip("ada");
        assertThat(lines(output)).hasSize(3);
        assertThat(lines(output).get(0)).contains(" is parked after 2 attempts ");
        assertThat(lines(output).get(1)).contains(" is parked after 4 attempts ");
        assertThat(lines(output).get(2)).contains(" failed after 4 attempts ");
    }

    @Test
    void aParkedKeyThatIsSkippedIsLoggedAsAFailure(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail().retryPolicy(twice()).exhaustedPolicy(ExhaustedPolicy.PARK));
        mail.execute("ada", (Runnable) new Broken());
        mail.skip("ada");
        assertThat(lines(output)).hasSize(2);
        assertThat(lines(output).get(1)).contains(" failed after 2 attempts with ");
    }

    @Test
    void aParkedKeyIsOneLineAndThoseBehindItAreCounted(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail().retryPolicy(twice()).exhaustedPolicy(ExhaustedPolicy.PARK));
        mail.execute("ada", (Runnable) new Broken());
        assertThat(lines(output))
                .singleElement()
                .asString()
                .startsWith(
                        ("mail: operation 1 (send) of key %s is parked after 2 attempts with java.lang.IllegalStateException:"
                                        + " the key is closed until an operator retries, skips or purges it (")
                                .formatted(mask.mask("ada")))
                .contains("parked=1");
        mail.purge("ada");
        assertThat(lines(output)).hasSize(1);
    }

    @Test
    void aHaltIsOneLineWithAFutureAndWithout(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail().retryPolicy(twice()).exhaustedPolicy(ExhaustedPolicy.HALT));
        mail.submit("ada", new Broken()).exceptionally(Throwable::getMessage);
        mail.resume();
        mail.execute("bob", (Runnable) new Broken());
        mail.resume();
        assertThat(lines(output))
                .hasSize(2)
                .allMatch(
                        line -> line.contains(
                                " failed after 2 attempts with java.lang.IllegalStateException and has paused the atom: nothing starts until an operator resumes it ("));
    }

    @Test
    void anAtomWithoutRoomIsOneLinePerIntervalThatSaysHowMany(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail().capacity(1).overflowPolicy(OverflowPolicy.REJECT));
        mail.pause();
        mail.execute("ada", () -> {});
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> mail.execute("bob", () -> {})).isInstanceOf(RejectedOperationException.class);
        }
        assertThat(lines(output))
                .singleElement()
                .asString()
                .isEqualTo(
                        "mail: saturated: 1 operations rejected and 0 callers blocked since this was said last, now with key %s (queued=1, active=0, awaiting=0, backingOff=0, parked=0, blockedCallers=0, lanes=1, capacity=1)"
                                .formatted(mask.mask("bob")));
        clock.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThatThrownBy(() -> mail.execute("bob", () -> {})).isInstanceOf(RejectedOperationException.class);
        assertThat(lines(output)).hasSize(2);
        assertThat(lines(output).get(1)).startsWith("mail: saturated: 3 operations rejected");
        mail.resume();
    }

    @Test
    void anAtomThatIsFullOfReservedPlacesSaysSo(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail().capacity(1).overflowPolicy(OverflowPolicy.REJECT));
        mail.reserve("ada");
        assertThatThrownBy(() -> mail.execute("bob", () -> {})).isInstanceOf(RejectedOperationException.class);
        assertThat(lines(output))
                .singleElement()
                .asString()
                .contains("(queued=0, ")
                .endsWith("capacity=1, reserved=1)");
    }

    @Test
    void aCallerThatWaitsForRoomIsLogged(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail().capacity(1).blockTimeout(Duration.ofMillis(1)));
        mail.pause();
        mail.execute("ada", () -> {});
        assertThatThrownBy(() -> mail.execute("bob", () -> {})).isInstanceOf(RejectedOperationException.class);
        assertThat(lines(output)).singleElement().asString().contains("0 operations rejected and 1 callers blocked");
        mail.resume();
    }

    @Test
    void aClosedIntakeIsNotSaturation(CapturedOutput output) {
        KeyedCoordinator<String> mail = logged(mail());
        mail.closeIntake();
        assertThatThrownBy(() -> mail.execute("ada", () -> {})).isInstanceOf(RejectedOperationException.class);
        assertThat(lines(output)).isEmpty();
    }

    @Test
    void anAtomThatIsABeanIsLoggedAlikeWhetherItHasAListenerOrNot(CapturedOutput output) {
        CoordinatorListener own = new CoordinatorListener() {};
        for (CoordinatorListener listener : List.of(own, CoordinatorListener.NO_OP)) {
            KeyedCoordinator<String> mail = mail().listener(listener).build();
            app().withBean("mailer", KeyedCoordinator.class, () -> mail)
                    .run(context -> mail.execute("ada", (Runnable) new Broken()));
        }
        assertThat(lines(output))
                .filteredOn(line -> !line.contains(": engine=")) // of the start-up
                .hasSize(2)
                .allMatch(line -> line.contains(" failed after 1 attempt with "));
    }
}
