package io.keyedsequential.sample.load;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Starts the packaged order desk, puts it under load, ends it by SIGTERM, and checks every ledger. See
 * {@code docs/verification.md}.
 */
final class LoadRun {

    private LoadRun() {}

    /**
     * Prints the figures; ends with 1 if anything is wrong.
     *
     * @param arguments {@code --connections}, {@code --orders}, {@code --customers}, {@code --sigterm-after}, and properties
     *     of the order desk
     */
    public static void main(String[] arguments) throws Exception {
        LoadReport report = run(jar(), LoadArguments.parse(arguments));
        System.out.println(report);
        System.exit(report.violations().isEmpty() ? 0 : 1);
    }

    static LoadReport run(Path jar, LoadArguments arguments) throws IOException, InterruptedException {
        Path journal = Files.createTempFile("journal", ".tsv");
        List<String> properties = new ArrayList<>(arguments.properties());
        properties.add("--desk.journal=" + journal);
        try (SampleProcess desk = SampleProcess.start(jar, properties)) {
            return arguments.sigtermAfter() > 0
                    ? interrupted(desk, arguments, journal)
                    : complete(desk, arguments, journal);
        } finally {
            Files.delete(journal);
        }
    }

    /** All orders are sent; the ledgers are asked for over HTTP, and the journal must say the same. */
    private static LoadReport complete(SampleProcess desk, LoadArguments arguments, Path journal)
            throws IOException, InterruptedException {
        URI uri = desk.uri();
        LoadResult load = new OrderLoad(uri, arguments.plan()).run(() -> {});
        TreeSet<String> customers = new TreeSet<>();
        load.placed().forEach(order -> customers.add(order.draft().customer()));
        var ledgers = Ledgers.ask(uri, customers);
        desk.sigterm();
        desk.exitCode();
        DrainLog drain = DrainLog.read(desk.log());
        List<String> violations = new ArrayList<>(LedgerCheck.violations(load, ledgers, drain));
        load.unanswered().forEach(order -> violations.add(order + ": not answered 202"));
        if (!ledgers.equals(Ledgers.read(journal))) {
            violations.add("the journal differs from the ledgers");
        }
        return new LoadReport(load, ledgers, drain, violations);
    }

    /** SIGTERM arrives in the middle of the load; what the journal holds when the process has ended is what was done. */
    private static LoadReport interrupted(SampleProcess desk, LoadArguments arguments, Path journal)
            throws IOException, InterruptedException {
        AtomicInteger answers = new AtomicInteger();
        LoadResult load = new OrderLoad(desk.uri(), arguments.plan()).run(() -> {
            if (answers.incrementAndGet() == arguments.sigtermAfter()) {
                desk.sigterm();
            }
        });
        int exitCode = desk.exitCode();
        DrainLog drain = DrainLog.read(desk.log());
        var ledgers = Ledgers.read(journal);
        List<String> violations = new ArrayList<>(LedgerCheck.violations(load, ledgers, drain));
        if (answers.get() < arguments.sigtermAfter() || load.unanswered().isEmpty()) {
            violations.add("the load was over before the SIGTERM");
        }
        if (exitCode != 128 + 15) {
            violations.add("exit code " + exitCode);
        }
        return new LoadReport(load, ledgers, drain, violations);
    }

    /** Next to the directory of the test classes, wherever this is started. */
    static Path jar() {
        try {
            Path testClasses = Path.of(LoadRun.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return testClasses.resolveSibling("sample-app.jar");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The pages of the documentation. */
    static Path docs() {
        return jar().getParent().resolveSibling("../docs").normalize();
    }
}
