package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** An application with two databases: in which transactions calls are written, and bodies end. */
class TransactionManagersTest {

    static final Map<String, String> TRANSACTIONS = new ConcurrentHashMap<>();

    static class Work {
        private final DataSource second;

        Work(@Qualifier("secondDatabase") DataSource second) {
            this.second = second;
        }

        @KeyedSequential(atom = "work", key = "#key")
        public void plain(String key) {
            ran(key);
        }

        @Transactional
        @KeyedSequential(atom = "work", key = "#key")
        public void first(String key) {
            ran(key);
        }

        @Transactional("secondTransactions")
        @KeyedSequential(atom = "work", key = "#key")
        public void second(String key) {
            ran(key);
        }

        private void ran(String key) {
            String transaction = String.valueOf(TransactionSynchronizationManager.getCurrentTransactionName());
            boolean holds = TransactionSynchronizationManager.hasResource(second);
            TRANSACTIONS.put(key, holds ? transaction + ", and the second database is held" : transaction);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {
        @Bean
        @Primary
        DataSource firstDatabase() {
            return new DriverManagerDataSource(TestDatabase.H2.freshUrl(), "sa", "");
        }

        @Bean
        DataSource secondDatabase() {
            return new DriverManagerDataSource(TestDatabase.H2.freshUrl(), "sa", "");
        }

        @Bean
        @Primary
        PlatformTransactionManager firstTransactions(@Qualifier("firstDatabase") DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        PlatformTransactionManager secondTransactions(@Qualifier("secondDatabase") DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }
    }

    private final String key = UUID.randomUUID().toString();
    private Instance instance;

    private void start(String dataSource) {
        instance = Instance.start(
                TestDatabase.H2,
                "jdbc:h2:mem:unused",
                List.of(Work.class, TwoDatabases.class),
                "keyedsequential.atoms.work.engine=jdbc",
                "keyedsequential.jdbc.data-source=" + dataSource);
    }

    @AfterEach
    void stop() {
        instance.close();
    }

    private TransactionTemplate in(String manager) {
        return new TransactionTemplate(instance.bean(manager, PlatformTransactionManager.class));
    }

    private JdbcTemplate of(String dataSource) {
        return new JdbcTemplate(instance.bean(dataSource, DataSource.class));
    }

    private String ranIn() {
        Patience.until(() -> assertThat(TRANSACTIONS).containsKey(key));
        return TRANSACTIONS.get(key);
    }

    @Test
    void aCallInATransactionOfAnotherDatabaseIsRefusedAndOneInItsOwnIsPartOfIt() {
        start("secondDatabase");
        Work work = instance.bean(Work.class);
        assertThatThrownBy(() -> in("firstTransactions").executeWithoutResult(status -> work.plain(key)))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("is none of the DataSource that keeps the calls")
                .hasMessageContaining("@Transactional(\"...\")");
        in("secondTransactions").executeWithoutResult(status -> {
            work.plain(key);
            status.setRollbackOnly();
        });
        assertThat(of("secondDatabase").queryForObject("select count(*) from keyed_item", Long.class))
                .isZero();
        assertThat(TRANSACTIONS).doesNotContainKey(key);
        // a transaction of both: the one of the DataSource counts
        in("firstTransactions")
                .executeWithoutResult(outer -> in("secondTransactions").executeWithoutResult(inner -> work.plain(key)));
        assertThat(ranIn()).isEqualTo("null");
    }

    @Test
    void theTablesAreInTheNamedDatabaseOnly() {
        start("secondDatabase");
        assertThat(of("secondDatabase").queryForList("select * from keyed_item"))
                .isEmpty();
        assertThat(of("firstDatabase")
                        .queryForObject(
                                "select count(*) from information_schema.tables where lower(table_name) = 'keyed_item'",
                                Long.class))
                .isZero();
    }

    @Test
    void aBodyInATransactionOfTheNamedDatabaseEndsInIt() {
        start("secondDatabase");
        instance.bean(Work.class).second(key);
        assertThat(ranIn()).isEqualTo("work.second, and the second database is held");
    }

    @Test
    void aBodyInATransactionOfAnotherDatabaseEndsAfterIt() {
        start("secondDatabase");
        instance.bean(Work.class).first(key);
        assertThat(ranIn()).endsWith("Work.first"); // its own transaction
    }

    @Test
    void aBodyWithoutANameOfAManagerUsesThePrimaryOne() {
        start("firstDatabase");
        instance.bean(Work.class).first(key);
        assertThat(ranIn()).isEqualTo("work.first");
        TRANSACTIONS.remove(key);
        instance.bean(Work.class).second(key);
        assertThat(ranIn()).endsWith("Work.second, and the second database is held"); // by its own transaction
    }
}
