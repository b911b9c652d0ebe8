package io.keyedsequential.chaos;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** One instance. It calls its own methods, up to the number for each key that it reads from its input, until it is ended. */
@EnableAutoConfiguration
@Configuration(proxyBeanMethods = false)
class ChaosApplication {

    private static final int WORK_MILLIS = 3;

    /** Every so many numbers the first attempt fails. */
    private static final int FAILS_EVERY = 53;

    /** What is called. */
    static class Work {

        private final Ledger ledger;
        private final String instance;
        private final JdbcTemplate jdbc;

        Work(Ledger ledger, String instance, JdbcTemplate jdbc) {
            this.ledger = ledger;
            this.instance = instance;
            this.jdbc = jdbc;
        }

        @KeyedSequential(atom = "single", key = "#key")
        public void single(String key, int number, boolean doomed) {
            body(Atom.SINGLE, key, number, doomed, () -> {});
        }

        @KeyedSequential(atom = "batched", key = "#key")
        public void batched(String key, int number, boolean doomed) {
            body(Atom.BATCHED, key, number, doomed, () -> {});
        }

        @KeyedSequential(atom = "within", key = "#key")
        @Transactional
        public void within(String key, int number, boolean doomed) {
            body(Atom.WITHIN, key, number, doomed, () -> jdbc.update(Tables.EFFECT, key, number, instance));
        }

        private void body(Atom atom, String key, int number, boolean doomed, Runnable effect) {
            ledger.body("began", instance, atom, key, number, doomed);
            try {
                effect.run();
                Thread.sleep(WORK_MILLIS);
                int attempt = OperationContext.current().orElseThrow().attempt();
                if ((number + key.hashCode()) % FAILS_EVERY == 0 && attempt == 1) {
                    throw new IllegalStateException("fails once");
                }
            } catch (InterruptedException | RuntimeException e) {
                ledger.body("failed", instance, atom, key, number, doomed);
                throw new IllegalStateException(e);
            }
            ledger.body("ended", instance, atom, key, number, doomed);
        }
    }

    private static String instance;
    private static Ledger ledger;

    @Bean
    Work work(JdbcTemplate jdbc) {
        return new Work(ledger, instance, jdbc);
    }

    /**
     * Runs until it is ended, or its input is.
     *
     * @param arguments its name, the file of the ledger, the number of each key up to which it calls at first, and properties
     */
    public static void main(String[] arguments) throws Exception {
        instance = arguments[0];
        ledger = new Ledger(Path.of(arguments[1]));
        SpringApplication application = new SpringApplication(ChaosApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        List<String> properties = new ArrayList<>(List.of(arguments).subList(3, arguments.length));
        properties.add("--keyedsequential.jdbc.instance=" + instance);
        ConfigurableApplicationContext context = application.run(properties.toArray(String[]::new));
        Callers callers = new Callers(context, Integer.parseInt(arguments[2]));
        callers.start();
        ledger.instance("started", instance);
        followInput(callers);
    }

    private static void followInput(Callers callers) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            callers.upTo(Integer.parseInt(line));
        }
        Runtime.getRuntime().halt(1); // the test has died
    }
}
