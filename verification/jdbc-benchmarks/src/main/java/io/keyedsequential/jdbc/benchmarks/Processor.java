package io.keyedsequential.jdbc.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;

/** How long processors have worked for this JVM, and for the server if it is on this machine: what neighbours change least. */
final class Processor {

    /** Of a tick in /proc, on Linux. */
    private static final int TICK_MILLIS = 10;

    private static final int PARENT = 1;
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    private Processor() {}

    static double millis(JdbcTemplate jdbc) {
        if (!(ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean machine)) {
            return Double.NaN;
        }
        return machine.getProcessCpuTime() / 1e6 + server(jdbc);
    }

    /** All processes of the server have one parent. */
    private static double server(JdbcTemplate jdbc) {
        Integer backend = jdbc.queryForObject("select pg_backend_pid()", Integer.class);
        List<String> own = fields(Path.of("/proc", String.valueOf(backend)));
        if (own.isEmpty()) {
            return Double.NaN;
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return TICK_MILLIS
                    * processes
                            .map(Processor::fields)
                            .filter(fields ->
                                    !fields.isEmpty() && fields.get(PARENT).equals(own.get(PARENT)))
                            .mapToLong(fields -> Long.parseLong(fields.get(USER)) + Long.parseLong(fields.get(SYSTEM)))
                            .sum();
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Behind the name, which is in brackets; empty if there is no such process. */
    private static List<String> fields(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        } catch (IOException e) {
            return List.of();
        }
    }
}
