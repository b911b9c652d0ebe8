package io.keyedsequential.sample.load;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads ledgers from outside: from the running order desk, or from the journal that an ended one has left. */
final class Ledgers {

    private static final Pattern ENTRY = Pattern.compile("\\{\"sequence\":(\\d+),\"operation\":(\\d+),"
            + "\"reference\":\"([^\"]*)\",\"amount\":([-0-9.]+),\"balance\":([-0-9.]+)}");

    private Ledgers() {}

    /** By customer. Every answer is given in its customer's turn, after all orders that were answered before. */
    static Map<String, List<LedgerLine>> ask(URI desk, Iterable<String> customers)
            throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        Map<String, List<LedgerLine>> ledgers = new TreeMap<>();
        for (String customer : customers) {
            HttpRequest request = HttpRequest.newBuilder(desk.resolve("/customers/" + customer))
                    .build();
            String statement =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            ledgers.put(customer, lines(statement));
        }
        return ledgers;
    }

    /** By customer, each in the order in which it was written. */
    static Map<String, List<LedgerLine>> read(Path journal) throws IOException {
        Map<String, List<LedgerLine>> ledgers = new TreeMap<>();
        for (String line : Files.readAllLines(journal)) {
            String[] field = line.split("\t", -1);
            ledgers.computeIfAbsent(field[0], customer -> new ArrayList<>())
                    .add(line(field[1], field[2], field[3], field[4], field[5]));
        }
        return ledgers;
    }

    private static List<LedgerLine> lines(String statement) {
        List<LedgerLine> lines = new ArrayList<>();
        Matcher entry = ENTRY.matcher(statement);
        while (entry.find()) {
            lines.add(line(entry.group(1), entry.group(2), entry.group(3), entry.group(4), entry.group(5)));
        }
        return lines;
    }

    private static LedgerLine line(String sequence, String operation, String reference, String amount, String balance) {
        return new LedgerLine(
                Integer.parseInt(sequence),
                Long.parseLong(operation),
                reference,
                new BigDecimal(amount),
                new BigDecimal(balance));
    }
}
