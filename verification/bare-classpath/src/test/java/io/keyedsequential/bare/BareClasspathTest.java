package io.keyedsequential.bare;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** Asserts with JUnit alone: AssertJ is one of the libraries that have to be absent. */
@Timeout(600)
class BareClasspathTest {

    /** A class of each optional library. */
    private static final Map<String, String> LIBRARIES = Map.of(
            "actuator", "org.springframework.boot.actuate.endpoint.annotation.Endpoint",
            "micrometer", "io.micrometer.core.instrument.MeterRegistry",
            "reactor", "reactor.core.publisher.Mono",
            "tx", "org.springframework.transaction.support.TransactionSynchronizationManager",
            "context", "io.micrometer.context.ContextSnapshot",
            "security", "org.springframework.security.core.context.SecurityContextHolder",
            "slf4j", "org.slf4j.MDC");

    private static String[] libraries(String property) {
        String names = System.getProperty(property, "");
        return names.isEmpty() ? new String[0] : names.split(",");
    }

    private static boolean isPresent(String library) {
        return List.of(libraries("bare.present")).contains(library);
    }

    /** With these beans beside those of {@link BareApplication}. */
    private static ConfigurableApplicationContext start(Class<?>... more) {
        SpringApplication application = new SpringApplication(BareApplication.class);
        application.addPrimarySources(List.of(more));
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        return application.run();
    }

    @Test
    void theClasspathIsWhatItSaysItIs() {
        for (String absent : libraries("bare.absent")) {
            assertThrows(ClassNotFoundException.class, () -> Class.forName(LIBRARIES.get(absent)), absent);
        }
        for (String present : libraries("bare.present")) {
            assertDoesNotThrow(() -> Class.forName(LIBRARIES.get(present)), present);
        }
        assertEquals(
                LIBRARIES.size(),
                libraries("bare.absent").length + libraries("bare.present").length,
                "every library is told of");
        assertThrows(ClassNotFoundException.class, () -> Class.forName("org.assertj.core.api.Assertions"));
    }

    @Test
    void callsOfEveryKindKeepTheirOrder() {
        try (ConfigurableApplicationContext context = start()) {
            BareService words = context.getBean(BareService.class);
            List<String> expected = new ArrayList<>();
            List<CompletableFuture<String>> futures = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                words.add("key", "void " + i);
                futures.add(words.later("key", "future " + i));
                expected.add("void " + i);
                expected.add("future " + i);
            }
            assertEquals(expected, words.all("key"));
            futures.forEach(future -> assertEquals("words", future.join()));
            assertTrue(context.getBean(AtomRegistry.class).coordinator("words").awaitIdle(Duration.ofMinutes(2)));
        }
    }

    @Test
    void aFailureOfAVoidMethodHarmsNobody() {
        try (ConfigurableApplicationContext context = start()) {
            BareService words = context.getBean(BareService.class);
            words.failing("key");
            words.add("key", "next");
            assertEquals(List.of("next"), words.all("key"));
            assertEquals(
                    1,
                    context.getBean(AtomRegistry.class)
                            .coordinator("words")
                            .stats()
                            .failed());
        }
    }

    @Test
    void closingWaitsForWhatRuns() throws InterruptedException {
        ConfigurableApplicationContext context = start();
        BareService words = context.getBean(BareService.class);
        KeyedCoordinator<Object> coordinator =
                context.getBean(AtomRegistry.class).coordinator("words");
        CountDownLatch begun = new CountDownLatch(1);
        words.slow("key", begun, () -> !coordinator.isIntakeOpen(), "in time"); // ends when the drain has begun
        assertTrue(begun.await(120, TimeUnit.SECONDS));
        context.close();
        assertEquals(1, coordinator.stats().completed());
        assertEquals(0, coordinator.stats().lanes());
    }

    @Test
    void toWaitForACommitNeedsSpringTxAndNothingElse() {
        if (!isPresent("tx")) {
            MisconfiguredAtomException refused =
                    assertThrows(MisconfiguredAtomException.class, () -> start(BareMails.class));
            assertTrue(refused.getMessage().contains("spring-tx is not on the class path"), refused::getMessage);
            return;
        }
        try (ConfigurableApplicationContext context = start(BareMails.class, BareTransactions.class)) {
            BareMails mails = context.getBean(BareMails.class);
            BareTransactions transactions = context.getBean(BareTransactions.class);
            CompletableFuture<List<String>> sent = transactions.commit(() -> {
                mails.send("ada");
                return mails.sentUntilNow("ada");
            });
            assertEquals(List.of("ada"), sent.join());
            transactions.rollBack(() -> mails.send("ada"));
            mails.send("ada"); // outside of any
            assertEquals(List.of("ada", "ada"), mails.sentUntilNow("ada").join());
        }
    }

    @Test
    void publishersNeedReactorAndNothingElse() {
        if (isPresent("reactor")) {
            try (ConfigurableApplicationContext context = start(BareQuotes.class)) {
                BareQuotes quotes = context.getBean(BareQuotes.class);
                assertEquals("quotes of ada", quotes.one("ada").block());
                assertEquals(
                        List.of(1, 2, 3), quotes.several("ada").collectList().block());
            }
        }
    }

    /** Asked of the JVM: a class that is there without need would fail only where its methods are linked. */
    @Test
    void withoutReactorNothingIsLoadedThatIsForIt() throws JMException {
        if (isPresent("reactor")) {
            return;
        }
        callsOfEveryKindKeepTheirOrder();
        String loaded = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmClassHierarchy",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        assertTrue(loaded.contains("io.keyedsequential.spring.aop.InvocationTarget$StageTarget"), "what is loaded");
        assertFalse(loaded.contains("io.keyedsequential.spring.aop.reactive."));
        assertFalse(loaded.contains("ReactiveTarget"));
    }
}
