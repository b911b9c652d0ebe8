package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

class AdviceOrderTest {

    @Configuration
    @EnableTransactionManagement
    @EnableResilientMethods
    static class App {
        @Bean
        List<String> journal() {
            return new CopyOnWriteArrayList<>();
        }

        @Bean
        PlatformTransactionManager transactionManager(List<String> journal) {
            return new JournalingTransactions(journal);
        }

        @Bean
        Ledger ledger(List<String> journal) {
            return new Ledger(journal);
        }
    }

    static class Ledger {
        private final List<String> journal;
        private int attempts;

        Ledger(List<String> journal) {
            this.journal = journal;
        }

        @KeyedSequential(key = "#account", atom = "ledger")
        @Transactional
        public void book(String account, int number) {
            journal.add("book " + number);
        }

        @KeyedSequential(key = "#account", atom = "ledger", operation = "flaky")
        @Retryable(maxRetries = 2, delay = 1)
        public int flaky(String account) {
            journal.add("attempt of operation "
                    + OperationContext.current().orElseThrow().operationId());
            if (++attempts < 3) {
                throw new IllegalStateException("not yet");
            }
            return attempts;
        }
    }

    @Test
    void theTransactionCommitsInsideTheTurn() {
        app().withUserConfiguration(App.class).run(context -> {
            Ledger ledger = context.getBean(Ledger.class);
            ledger.book("A", 1);
            ledger.book("A", 2);
            assertAtRest(context);
            assertThat(journal(context)).containsExactly("begin", "book 1", "commit", "begin", "book 2", "commit");
        });
    }

    @Test
    void retriesAreAttemptsOfOneOperation() {
        app().withUserConfiguration(App.class).run(context -> {
            assertThat(context.getBean(Ledger.class).flaky("A")).isEqualTo(3);
            assertAtRest(context);
            assertThat(journal(context))
                    .hasSize(3)
                    .containsOnly(journal(context).get(0));
        });
    }

    @SuppressWarnings("unchecked")
    private static List<String> journal(ApplicationContext context) {
        return (List<String>) context.getBean("journal");
    }
}
