package io.keyedsequential.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of the tests' own, from an installed package (Debian: {@code postgresql}), in a directory that is deleted when
 * the JVM ends. Without the package the tests run on H2 only, which the log says; with {@code KEYEDSEQUENTIAL_POSTGRESQL=required} they
 * fail.
 */
public final class PostgresServer {

    public static final String USER = "keyed";

    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static PostgresServer instance;

    private final Path binaries;
    private final Path directory;
    private final int port;

    private PostgresServer(Path binaries) throws IOException, InterruptedException {
        this.binaries = binaries;
        this.directory = Files.createTempDirectory("keyedsequential-postgres");
        this.port = freePort();
        if (isRoot()) {
            run(List.of("chown", "postgres", directory.toString()));
        }
        run(asUser("initdb", "-D", data(), "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync"));
        start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::discard));
    }

    public static boolean isThere() {
        if (binaries().isPresent()) {
            return true;
        }
        if ("required".equals(System.getenv("KEYEDSEQUENTIAL_POSTGRESQL"))) {
            throw new IllegalStateException("no PostgreSQL under " + VERSIONS + ", and it is required");
        }
        System.getLogger(PostgresServer.class.getName())
                .log(System.Logger.Level.WARNING, "no PostgreSQL under " + VERSIONS + ": its tests are skipped");
        return false;
    }

    public static synchronized PostgresServer instance() {
        if (instance == null) {
            instance = another();
        }
        return instance;
    }

    /** One that a test may stop. */
    static PostgresServer another() {
        try {
            return new PostgresServer(binaries().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Path> binaries() {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparing(Path::toString));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:%d/postgres?user=%s".formatted(port, USER);
    }

    void start() {
        String options =
                "-c port=%d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c fsync=off -c max_connections=200"
                        .formatted(port, directory);
        run(asUser("pg_ctl", "-D", data(), "-w", "-t", "120", "-l", directory + "/log", "-o", options, "start"));
    }

    /** Ends the server as a crash does: nothing is written any more. */
    void crash() {
        run(asUser("pg_ctl", "-D", data(), "-w", "-m", "immediate", "stop"));
    }

    void discardNow() {
        discard();
    }

    private void discard() {
        try {
            crash();
            run(List.of("rm", "-rf", directory.toString()));
        } catch (RuntimeException e) {
            System.err.println("the PostgreSQL server in " + directory + " is left behind: " + e);
        }
    }

    private String data() {
        return directory + "/data";
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** PostgreSQL refuses to run as root. */
    private List<String> asUser(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void run(List<String> command) {
        try {
            Path output = Files.createTempFile("keyedsequential", ".log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .directory(Path.of("/").toFile())
                    .start();
            boolean ended = process.waitFor(3, TimeUnit.MINUTES);
            String said = Files.readString(output);
            Files.delete(output);
            if (!ended || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
