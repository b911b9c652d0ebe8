package io.keyedsequential.jdbc;

import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;

/**
 * The application's transactions of the engine's DataSource.
 *
 * @param name the name of the bean, or {@code null} if there is none
 * @param manager the transaction manager, or {@code null} if there is none
 * @param primary whether {@code @Transactional} without a name uses it
 */
record BodyTransactions(@Nullable String name, @Nullable PlatformTransactionManager manager, boolean primary) {

    /** There is none. */
    static final BodyTransactions NONE = new BodyTransactions(null, null, false);

    /**
     * The one of the beans that manages a DataSource.
     *
     * @param managers all of them, by name
     * @param primary the name of the one that counts where none is named, or {@code null}
     */
    static BodyTransactions of(
            DataSource dataSource, Map<String, ? extends TransactionManager> managers, @Nullable String primary) {
        for (Map.Entry<String, ? extends TransactionManager> bean : managers.entrySet()) {
            if (bean.getValue() instanceof PlatformTransactionManager manager && manages(manager, dataSource)) {
                return new BodyTransactions(
                        bean.getKey(), manager, bean.getKey().equals(primary));
            }
        }
        return NONE;
    }

    private static boolean manages(PlatformTransactionManager manager, DataSource dataSource) {
        if (!(manager instanceof ResourceTransactionManager resources)) {
            return false;
        }
        return resources.getResourceFactory() == dataSource || exposes(resources, dataSource);
    }

    /** JPA's names its EntityManagerFactory, and the DataSource of that besides. */
    private static boolean exposes(ResourceTransactionManager manager, DataSource dataSource) {
        try {
            return manager.getClass().getMethod("getDataSource").invoke(manager) == dataSource;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false;
        }
    }

    boolean isPresent() {
        return manager != null;
    }

    @Nullable
    BodyTransaction get() {
        return manager == null ? null : new BodyTransaction(manager);
    }

    /** Whether {@code @Transactional} with this name of a manager uses it. */
    boolean isNamed(String transactionManager) {
        return transactionManager.isEmpty() ? primary : transactionManager.equals(name);
    }
}
