package io.keyedsequential.jdbc.benchmarks;

import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** An instance of the application. */
final class Application implements AutoCloseable {

    /** Permits of an atom, and threads of the plain scheduler. */
    static final int PERMITS = 16;

    /** Of the atom that is to be hot, and of the calm one. */
    static final int FEW_PERMITS = 8;

    /** Its beans. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Beans {
        @Bean
        Calls calls() {
            return new Calls();
        }
    }

    private final ConfigurableApplicationContext context;

    private Application(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts one.
     *
     * @param properties {@code name=value}, besides those that all have
     */
    static Application start(String url, String name, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "spring.datasource.url=" + url,
                "spring.datasource.hikari.maximum-pool-size=40",
                "spring.main.banner-mode=off",
                "spring.jmx.enabled=false",
                "logging.level.root=error",
                "server.port=0",
                "management.endpoints.web.exposure.include=keyedatoms",
                "management.endpoint.keyedatoms.show-keys=always",
                "keyedsequential.jdbc.initialize-schema=always",
                "keyedsequential.jdbc.instance=" + name,
                "keyedsequential.defaults.engine=jdbc",
                "keyedsequential.defaults.max-concurrency=" + PERMITS,
                "keyedsequential.atoms.hot.max-concurrency=" + FEW_PERMITS,
                "keyedsequential.atoms.calm.max-concurrency=" + FEW_PERMITS,
                "keyedsequential.atoms.batched.jdbc.completion-batch=16"));
        all.addAll(List.of(properties));
        return new Application(new SpringApplicationBuilder(Beans.class)
                .properties(all.toArray(String[]::new))
                .run());
    }

    Calls calls() {
        return context.getBean(Calls.class);
    }

    JdbcTemplate jdbc() {
        return context.getBean(JdbcTemplate.class);
    }

    DataSource dataSource() {
        return context.getBean(DataSource.class);
    }

    AtomControls controls(String atom) {
        return context.getBean(AtomRegistry.class).find(atom).orElseThrow().controls();
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Waits until nothing is stored any more. */
    void awaitEmpty(String atom) throws InterruptedException {
        while (!jdbc().queryForList("select 1 from keyed_item where atom = ? limit 1", atom)
                .isEmpty()) {
            Thread.sleep(2);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
