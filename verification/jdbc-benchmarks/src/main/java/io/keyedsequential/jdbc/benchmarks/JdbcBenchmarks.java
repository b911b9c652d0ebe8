package io.keyedsequential.jdbc.benchmarks;

import io.keyedsequential.jdbc.PostgresServer;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Asks all questions, or those that are named, and prints a table. See {@code docs/performance.md}. */
public final class JdbcBenchmarks {

    private enum Question {
        THROUGHPUT,
        LATENCY,
        ISOLATION,
        STORED
    }

    private JdbcBenchmarks() {}

    /**
     * Prints the table.
     *
     * @param arguments the questions ({@code throughput}, {@code latency}, {@code isolation}, {@code stored}; none: all),
     *     {@code --rounds=5}, {@code --calls=4000} of a round of throughput, {@code --waits=200} of a round of latency and isolation,
     *     {@code --stored=1000000}, and {@code --url=} of a PostgreSQL server whose schemas may be made; by default one is
     *     started, which does not sync its files
     */
    public static void main(String[] arguments) throws Exception {
        run(List.of(arguments), System.out);
        System.exit(0);
    }

    static void run(List<String> arguments, PrintStream out) throws Exception {
        List<Question> questions = new ArrayList<>();
        int rounds = 5;
        int calls = 4000;
        int waits = 200;
        int stored = 1_000_000;
        String server = "";
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            switch (argument.substring(0, argument.length() - value.length())) {
                case "--rounds=" -> rounds = Integer.parseInt(value);
                case "--calls=" -> calls = Integer.parseInt(value);
                case "--waits=" -> waits = Integer.parseInt(value);
                case "--stored=" -> stored = Integer.parseInt(value);
                case "--url=" -> server = value;
                case "" -> questions.add(Question.valueOf(argument.toUpperCase(Locale.ROOT)));
                default -> throw new IllegalArgumentException("unknown: " + argument);
            }
        }
        String url = freshSchema(server.isEmpty() ? PostgresServer.instance().url() : server);
        Report report = new Report(out);
        try (Application application = Application.start(url, "first");
                PlainTasks plain = PlainTasks.start(application)) {
            for (Question question : questions.isEmpty() ? List.of(Question.values()) : questions) {
                switch (question) {
                    case THROUGHPUT -> new Throughput(application, plain, rounds, calls, report).run();
                    case LATENCY -> new Latency(application, plain, url, rounds, waits, report).run();
                    case ISOLATION -> new Isolation(application, rounds, waits, report).run();
                    case STORED -> new StoredItems(application, stored, rounds, report).run();
                }
            }
        }
    }

    private static String freshSchema(String url) throws SQLException {
        String schema = "s" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + schema);
        }
        return url + (url.contains("?") ? "&" : "?") + "currentSchema=" + schema;
    }
}
