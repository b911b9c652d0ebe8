package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Listeners that are added to a coordinator at work, and what the log is told beside them. */
@Timeout(600)
class AddedListenerTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Logger log = Logger.getLogger("io.keyedsequential");

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            logged.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listenToTheLog() {
        log.addHandler(handler);
    }

    @AfterEach
    void leaveTheLog() {
        log.removeHandler(handler);
    }

    private class Hearing implements CoordinatorListener {

        private final String name;
        private final boolean reports;

        Hearing(String name, boolean reports) {
            this.name = name;
            this.reports = reports;
        }

        @Override
        public boolean logsFailures() {
            return reports;
        }

        @Override
        public void operationFinished(String atom, OperationSnapshot operation) {
            heard.add(name + " finished " + operation.id());
        }

        @Override
        public void operationFailed(String atom, OperationSnapshot operation) {
            heard.add(name + " failed " + operation.id() + " " + operation.state());
        }

        @Override
        public void failureUnhandled(String atom, OperationSnapshot operation) {
            heard.add(name + " untold " + operation.id() + " " + operation.state() + " "
                    + operation.error().getMessage());
        }

        @Override
        public void callerBlocked(String atom, Object key) {
            heard.add(name + " blocked " + key);
        }
    }

    private static void fail() {
        throw new IllegalStateException("broken");
    }

    @Test
    void listenersAreToldInTheOrderInWhichTheyWereAdded() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().executor(executor).listener(new Hearing("own", true)));
        orders.execute("a", () -> {});
        orders.addListener(new Hearing("first", true));
        orders.addListener(new Hearing("second", true));
        executor.runAll();
        assertThat(heard).containsExactly("own finished 1", "first finished 1", "second finished 1");
    }

    @Test
    void aListenerThatThrowsDoesNotKeepTheNextFromBeingTold() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.addListener(new CoordinatorListener() {
            @Override
            public void operationFinished(String atom, OperationSnapshot operation) {
                throw new IllegalStateException("deaf");
            }
        });
        orders.addListener(new Hearing("next", true));
        orders.execute("a", () -> {});
        executor.runAll();
        assertThat(heard).containsExactly("next finished 1");
        assertThat(logged).singleElement().asString().contains("orders: the listener threw on FINISHED");
    }

    @Test
    void aFailureWithoutAFutureIsToldToListenersAndNotLoggedIfOneReports() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.addListener(new Hearing("one", true));
        orders.execute("a", AddedListenerTest::fail);
        executor.runAll();
        assertThat(heard).containsExactly("one finished 1", "one failed 1 FAILED", "one untold 1 FAILED broken");
        assertThat(logged).isEmpty();
    }

    @Test
    void aFailureWithoutAFutureIsLoggedIfNoListenerReports() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.addListener(new Hearing("one", false));
        orders.execute("a", AddedListenerTest::fail);
        executor.runAll();
        assertThat(heard).containsExactly("one finished 1", "one failed 1 FAILED", "one untold 1 FAILED broken");
        assertThat(logged).containsExactly("orders: operation 1 failed");
    }

    @Test
    void aHaltIsLoggedOnceIfNoListenerReportsAndNotAtAllIfOneDoes() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().executor(executor).exhaustedPolicy(ExhaustedPolicy.HALT));
        orders.submit("a", () -> {
            throw new IllegalStateException("broken");
        });
        executor.runAll();
        assertThat(logged)
                .containsExactly("orders: paused, because operation 1 has failed for good; resume() lets it go on");
        orders.resume();
        orders.addListener(new Hearing("one", true));
        orders.submit("a", () -> {
            throw new IllegalStateException("broken");
        });
        executor.runAll();
        assertThat(orders.isPaused()).isTrue();
        assertThat(logged).hasSize(1);
        orders.resume();
    }

    @Test
    void aFailureThatAFutureCarriesIsNeitherUntoldNorLogged() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.addListener(new Hearing("one", false));
        OperationFuture<?> future = orders.submit("a", () -> {
            fail();
            return null;
        });
        executor.runAll();
        assertThat(future).isCompletedExceptionally();
        assertThat(heard).containsExactly("one finished 1", "one failed 1 FAILED");
        assertThat(logged).isEmpty();
    }

    @Test
    void whatIsCancelledHasNotFailed() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        orders.addListener(new Hearing("one", true));
        orders.submit("a", () -> "").cancel(false);
        assertThat(heard).containsExactly("one finished 1");
        executor.runAll();
    }

    @Test
    void aCallerThatHasToWaitForRoomIsTold() {
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().executor(executor).capacity(1).blockTimeout(Duration.ofMillis(1)));
        orders.addListener(new Hearing("one", true));
        orders.execute("a", () -> {});
        assertThat(heard).isEmpty();
        assertThat(orders.tryExecute("b", () -> {})).isFalse();
        assertThat(heard).isEmpty();
        try {
            orders.execute("b", () -> {});
        } catch (RejectedOperationException expected) {
            heard.add(expected.reason().name());
        }
        assertThat(heard).containsExactly("one blocked b", "FULL");
        executor.runAll();
    }
}
