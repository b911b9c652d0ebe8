package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.transaction.TransactionManager;

/**
 * The beans of the application that the engine uses. Looked up when the engine is made; what is missing is told only
 * when an atom needs it.
 */
final class EngineBeans {

    private final @Nullable DataSource dataSource;
    private final @Nullable MisconfiguredAtomException missing;
    private final BodyTransactions transactions;
    private final PoolCheck pool;

    EngineBeans(ConfigurableListableBeanFactory beans, JdbcEngineProperties properties) {
        DataSource found = null;
        MisconfiguredAtomException none = null;
        try {
            found = new DataSourceChoice(beans, properties).choose();
        } catch (MisconfiguredAtomException e) {
            none = e;
        }
        this.dataSource = found;
        this.pool = new PoolCheck(() -> connections(beans));
        this.missing = none;
        this.transactions = found == null
                ? BodyTransactions.NONE
                : BodyTransactions.of(found, beans.getBeansOfType(TransactionManager.class), primary(beans));
    }

    /**
     * The name of the transaction manager that {@code @Transactional} without a name uses; {@code null} if that
     * is ambiguous.
     */
    private static @Nullable String primary(ConfigurableListableBeanFactory beans) {
        try {
            TransactionManager primary = beans.getBean(TransactionManager.class);
            for (Map.Entry<String, TransactionManager> bean :
                    beans.getBeansOfType(TransactionManager.class).entrySet()) {
                if (bean.getValue() == primary) {
                    return bean.getKey();
                }
            }
        } catch (NoSuchBeanDefinitionException e) { // none, or several
            return null;
        }
        return null;
    }

    /**
     * The DataSource that keeps the operations.
     *
     * @throws MisconfiguredAtomException if there is none
     */
    DataSource dataSource() {
        if (dataSource == null) {
            throw missing == null ? new IllegalStateException("no DataSource") : missing;
        }
        return dataSource;
    }

    PoolCheck pool() {
        return pool;
    }

    /** How many connections the pool has at most; {@code null} if it is none, or does not tell. */
    private @Nullable Integer connections(ConfigurableListableBeanFactory beans) {
        DataSourcePoolMetadata pool = new CompositeDataSourcePoolMetadataProvider(
                        beans.getBeansOfType(DataSourcePoolMetadataProvider.class)
                                .values())
                .getDataSourcePoolMetadata(dataSource());
        return pool == null ? null : pool.getMax();
    }

    BodyTransactions transactions() {
        return transactions;
    }
}
