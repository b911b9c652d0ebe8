package io.keyedsequential.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Counts statements, the entries of a batch one by one, and connections; runs what a test wants before a statement. */
final class WatchedDataSource extends DelegatingDataSource {

    private final AtomicLong statements = new AtomicLong();
    private final Map<String, AtomicLong> byText = new ConcurrentHashMap<>();
    private final Map<String, Hook> hooks = new ConcurrentHashMap<>();
    private final Map<String, Hook> afterwards = new ConcurrentHashMap<>();

    interface Hook {
        void before() throws SQLException;
    }

    WatchedDataSource(DataSource target) {
        super(target);
    }

    long statements() {
        return statements.get();
    }

    void reset() {
        statements.set(0);
        byText.clear();
    }

    Map<String, AtomicLong> byText() {
        return byText;
    }

    /** Runs before each statement whose text contains that. */
    void before(String part, Hook hook) {
        hooks.put(part, hook);
    }

    /** Runs after each statement whose text contains that, on its thread, before anything is made of its result. */
    void after(String part, Hook hook) {
        afterwards.put(part, hook);
    }

    void clear() {
        hooks.clear();
        afterwards.clear();
    }

    @Override
    public Connection getConnection() throws SQLException {
        for (Map.Entry<String, Hook> hook : hooks.entrySet()) {
            if (hook.getKey().isEmpty()) {
                hook.getValue().before();
            }
        }
        return proxy(Connection.class, super.getConnection(), null);
    }

    @SuppressWarnings("unchecked")
    private <T> T proxy(Class<T> type, T target, String text) {
        AtomicInteger batch = new AtomicInteger();
        InvocationHandler handler = (proxy, method, arguments) -> {
            String name = method.getName();
            if (name.equals("equals")) {
                return proxy == arguments[0];
            }
            String sql =
                    arguments != null && arguments.length > 0 && arguments[0] instanceof String given ? given : text;
            if (name.equals("addBatch")) {
                batch.incrementAndGet();
            } else if (name.startsWith("execute")) {
                count(sql, name.equals("executeBatch") ? batch.getAndSet(0) : 1);
            }
            try {
                Object result = method.invoke(target, arguments);
                if (name.startsWith("execute")) {
                    executed(sql);
                }
                return result instanceof PreparedStatement statement
                        ? proxy(PreparedStatement.class, statement, sql)
                        : result instanceof Statement statement ? proxy(Statement.class, statement, null) : result;
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        };
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }

    private void executed(String sql) throws SQLException {
        for (Map.Entry<String, Hook> hook : afterwards.entrySet()) {
            if (String.valueOf(sql).contains(hook.getKey())) {
                hook.getValue().before();
            }
        }
    }

    private void count(String sql, int executions) throws SQLException {
        statements.addAndGet(executions);
        byText.computeIfAbsent(String.valueOf(sql), missing -> new AtomicLong()).addAndGet(executions);
        for (Map.Entry<String, Hook> hook : hooks.entrySet()) {
            if (!hook.getKey().isEmpty() && String.valueOf(sql).contains(hook.getKey())) {
                hook.getValue().before();
            }
        }
    }
}
