package io.keyedsequential.webhooks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Delivers as GitHub does. */
record Sender(int port, Signature signature) {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Delivers for the first time; returns the status. */
    int deliver(String payload) {
        return deliver(UUID.randomUUID().toString(), payload);
    }

    int deliver(String delivery, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return deliver("push", delivery, signature.of(bytes), bytes);
    }

    int deliver(String event, String delivery, String signed, byte[] payload) {
        return send(HttpRequest.newBuilder(uri("/webhooks"))
                        .header("Content-Type", "application/json")
                        .header("X-GitHub-Event", event)
                        .header("X-GitHub-Delivery", delivery)
                        .header("X-Hub-Signature-256", signed)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(payload)))
                .statusCode();
    }

    /** The endpoint's answer about a repository, or to what is to be done with it. */
    String atom(String repository, String action) {
        String path = "/actuator/keyedatoms/repositories/" + repository;
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json");
        return send(action.isEmpty()
                        ? request.GET()
                        : request.POST(HttpRequest.BodyPublishers.ofString("{\"action\":\"" + action + "\"}")))
                .body();
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
