package io.keyedsequential.spring.test;

import static io.keyedsequential.spring.test.KeyedAtomsAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsTestAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.mockito.exceptions.misusing.MissingMethodInvocationException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;
import org.springframework.test.util.AopTestUtils;

/** What {@code docs/testing.md} says of spies and mocks. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE, classes = DoublesTest.App.class)
class DoublesTest {

    @Configuration
    @ImportAutoConfiguration({
        KeyedSequentialAutoConfiguration.class,
        KeyedAtomsTestAutoConfiguration.class,
        TaskExecutionAutoConfiguration.class
    })
    @Import({Carrier.class, Printer.class, Mailer.class})
    static class App {}

    static class Carrier {
        @KeyedSequential(key = "#customer", atom = "parcels")
        public CompletableFuture<String> send(String customer) {
            return CompletableFuture.completedFuture("sent");
        }

        @KeyedSequential(key = "#customer", atom = "parcels")
        public void lose(String customer) {}

        @KeyedSequential(key = "#customer", atom = "parcels")
        public boolean isInside(String customer) {
            return OperationContext.current().isPresent();
        }
    }

    static class Printer {
        @KeyedSequential(key = "#customer", atom = "labels")
        public boolean isInside(String customer) {
            return OperationContext.current().isPresent();
        }
    }

    static class Mailer {
        @KeyedSequential(key = "#customer", atom = "mails")
        public boolean isInside(String customer) {
            return OperationContext.current().isPresent();
        }
    }

    @Autowired
    private KeyedAtoms atoms;

    @MockitoSpyBean
    private Carrier carrier;

    @MockitoBean
    private Printer printer;

    @TestBean(methodName = "replacement")
    private Mailer mailer;

    static Mailer replacement() {
        return new Mailer();
    }

    @BeforeEach
    void forget() {
        atoms.reset();
    }

    @Test
    void aSpyIsStubbedBehindTheProxyAndCalledThroughIt() throws Exception {
        // snippet: spy
        Carrier behind = AopTestUtils.getTargetObject(carrier); // the spy itself: stubbing it enqueues nothing
        doReturn(CompletableFuture.completedFuture("stubbed")).when(behind).send(any());
        doThrow(new IllegalStateException("lost")).when(behind).lose("ada");

        assertThat(carrier.send("ada").get(120, TimeUnit.SECONDS)).isEqualTo("stubbed"); // an operation as ever
        carrier.lose("ada");
        atoms.awaitIdle();
        verify(carrier).lose("ada"); // looks behind the proxy by itself
        assertThat(atoms.atom("parcels")).hasCompleted(1).hasFailed(1);
        // end: spy
    }

    @Test
    void stubbingThroughTheProxyIsACall() {
        assertThatThrownBy(() -> when(carrier.send("ada")).thenReturn(CompletableFuture.completedFuture("stubbed")))
                .isInstanceOf(MissingMethodInvocationException.class);
        atoms.awaitIdle();
        assertThat(atoms.atom("parcels")).hasCompleted(1);
        Mockito.reset((Carrier) AopTestUtils.getTargetObject(carrier));
    }

    @Test
    void aSpyThatIsNotStubbedIsOrdered() {
        assertThat(carrier.isInside("ada")).isTrue();
    }

    @Test
    void mocksAndReplacementsAreNotIntercepted() {
        when(printer.isInside("ada")).thenReturn(true);
        assertThat(printer.isInside("ada")).isTrue();
        assertThat(mailer.isInside("ada")).isFalse();
        atoms.awaitIdle();
        assertThat(atoms.atom("mails")).hasCompleted(0);
    }
}
