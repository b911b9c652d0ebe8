package io.keyedsequential.sample.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends orders one after another over one connection and remembers what was answered. Ends at the first order that is not
 * answered 202.
 */
final class OrderConnection {

    private static final Pattern ACCEPTED = Pattern.compile("\\{\"operation\":(\\d+)}");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI orders;
    private final Runnable onAnswer;
    private final List<PlacedOrder> placed = new ArrayList<>();
    private final List<UnansweredOrder> unanswered = new ArrayList<>();

    OrderConnection(URI desk, Runnable onAnswer) {
        this.orders = desk.resolve("/orders");
        this.onAnswer = onAnswer;
    }

    void send(List<DraftOrder> drafts) {
        for (DraftOrder draft : drafts) {
            String failure = send(draft);
            if (!failure.isEmpty()) {
                unanswered.add(new UnansweredOrder(draft, failure));
                return;
            }
        }
    }

    List<PlacedOrder> placed() {
        return placed;
    }

    List<UnansweredOrder> unanswered() {
        return unanswered;
    }

    /** Empty if the order was answered 202, otherwise what happened. */
    private String send(DraftOrder draft) {
        HttpRequest request = HttpRequest.newBuilder(orders)
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(draft.json()))
                .build();
        long sentAt = System.nanoTime();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            long answeredAt = System.nanoTime();
            Matcher accepted = ACCEPTED.matcher(answer.body());
            if (answer.statusCode() != 202 || !accepted.matches()) {
                return answer.statusCode() + " " + answer.body();
            }
            placed.add(new PlacedOrder(draft, Long.parseLong(accepted.group(1)), sentAt, answeredAt));
            onAnswer.run();
            return "";
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }
}
