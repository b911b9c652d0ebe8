package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Enqueues, and has nothing else to do. */
@Configuration
@ImportAutoConfiguration({KeyedSequentialAutoConfiguration.class, TaskExecutionAutoConfiguration.class})
class CommandLineApp {

    static class Imports {

        @KeyedSequential(key = "#key", atom = "imports")
        public void read(String key, Thread main, boolean ends) throws InterruptedException {
            main.join(); // not before the application has nothing left to do
            if (!ends) {
                new CountDownLatch(1).await();
            }
            System.out.println("read " + key);
        }
    }

    @Bean
    Imports imports() {
        return new Imports();
    }

    @Bean
    CommandLineRunner runner(Imports imports) {
        return arguments -> {
            Thread main = Thread.currentThread();
            for (int i = 0; i < 20; i++) {
                imports.read("file-" + i, main, !arguments[0].equals("stuck"));
            }
        };
    }

    public static void main(String... arguments) {
        SpringApplication.run(CommandLineApp.class, arguments);
        System.out.println("main is done");
    }
}
