package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One instance of an application. */
final class Instance implements AutoCloseable {

    /** What every application has. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Base {}

    private final ConfigurableApplicationContext context;

    private Instance(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts one.
     *
     * @param url of the database
     * @param application its configuration classes or beans
     * @param properties {@code name=value}, besides that of the database
     */
    static Instance start(TestDatabase database, String url, List<Class<?>> application, String... properties) {
        List<String> all = new ArrayList<>(database.properties(url));
        all.add("keyedsequential.jdbc.polling-interval=50ms");
        all.add("spring.main.banner-mode=off");
        all.addAll(List.of(properties));
        List<Class<?>> sources = new ArrayList<>(application);
        sources.add(Base.class);
        return new Instance(new SpringApplicationBuilder(sources.toArray(Class[]::new))
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(all.toArray(String[]::new))
                .run());
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    JdbcTemplate jdbc() {
        return bean(JdbcTemplate.class);
    }

    TransactionTemplate transaction() {
        return new TransactionTemplate(bean(PlatformTransactionManager.class));
    }

    AtomView view(String atom) {
        return bean(AtomRegistry.class).find(atom).orElseThrow().view();
    }

    AtomControls controls(String atom) {
        return bean(AtomRegistry.class).find(atom).orElseThrow().controls();
    }

    long items() {
        return jdbc().queryForObject("select count(*) from keyed_item", Long.class);
    }

    /** In order. */
    @Override
    public void close() {
        context.close();
    }
}
