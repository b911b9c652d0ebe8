package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * An application that is killed while it works. Each call that its caller believes stored is a line {@code accepted key number} of the
 * protocol, each body that begins a line {@code began key number} and each that ends a line {@code ended key number}; a line is in the
 * file when the write returns, whatever becomes of the process.
 */
@EnableAutoConfiguration
@Configuration(proxyBeanMethods = false)
class KilledApplication {

    /** Written by one process at a time, each line by one call. */
    private static FileOutputStream protocol;

    static class Parcels {
        @KeyedSequential(atom = "parcels", key = "#key")
        public void send(String key, int number) throws InterruptedException {
            write("began " + key + " " + number);
            Thread.sleep(1); // the work
            write("ended " + key + " " + number);
        }
    }

    @Bean
    Parcels parcels() {
        return new Parcels();
    }

    static synchronized void write(String line) {
        try {
            protocol.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs until it is killed; without calls until nothing is stored.
     *
     * @param arguments the file of the protocol, the URL, the first number of the calls, how many calls (0 to work off what is there),
     *     how many keys
     */
    public static void main(String[] arguments) throws Exception {
        protocol = new FileOutputStream(arguments[0], true);
        int first = Integer.parseInt(arguments[2]);
        int calls = Integer.parseInt(arguments[3]);
        int keys = Integer.parseInt(arguments[4]);
        SpringApplication application = new SpringApplication(KilledApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        ConfigurableApplicationContext context = application.run(
                "--spring.datasource.url=" + arguments[1],
                "--keyedsequential.jdbc.initialize-schema=always",
                "--keyedsequential.atoms.parcels.engine=jdbc",
                "--keyedsequential.atoms.parcels.max-concurrency=8");
        write("started");
        call(context.getBean(Parcels.class), first, calls, keys);
        if (calls == 0) {
            awaitEmpty(context);
            context.close();
        }
    }

    /** One thread a key: the order of its calls is the order of their numbers. */
    private static void call(Parcels parcels, int first, int calls, int keys) throws InterruptedException {
        List<Thread> callers = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int own = thread;
            Thread caller = new Thread(() -> IntStream.range(first, first + calls)
                    .filter(number -> number % keys % 4 == own)
                    .forEach(number -> {
                        String key = "k" + number % keys;
                        try {
                            parcels.send(key, number);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        write("accepted " + key + " " + number);
                    }));
            caller.start();
            callers.add(caller);
        }
        for (Thread caller : callers) {
            caller.join();
        }
    }

    private static void awaitEmpty(ConfigurableApplicationContext context) {
        JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
        Patience.until(() -> assertThat(jdbc.queryForObject("select count(*) from keyed_item", Long.class))
                .isZero());
    }
}
