package io.keyedsequential.webhooks;

import java.util.ArrayList;
import java.util.List;

/** Payloads of pushes to the main branch of a repository, one after the other. */
final class History {

    static final String MAIN = "refs/heads/main";

    private static final String NOTHING = "0".repeat(40);

    private final String repository;
    private String head = NOTHING;
    private int commits;

    History(String repository) {
        this.repository = repository;
    }

    String repository() {
        return repository;
    }

    String head() {
        return head;
    }

    /** The next push. */
    String push() {
        String before = head;
        head = "%040x".formatted((repository.hashCode() & 0xffffL) << 16 | ++commits);
        return payload(before, head);
    }

    List<String> pushes(int count) {
        List<String> pushes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pushes.add(push());
        }
        return pushes;
    }

    /** One that stands on a commit that the branch never had. */
    String poison() {
        return payload("dead".repeat(10), "beef".repeat(10));
    }

    private String payload(String before, String after) {
        return """
                {"ref":"%s","before":"%s","after":"%s","created":%s,"deleted":false,"forced":false,
                "repository":{"id":%d,"name":"%s","full_name":"%s","private":false,"owner":{"login":"acme","id":1}},
                "pusher":{"name":"ada","email":"ada@example.com"},"sender":{"login":"ada","id":7},
                "commits":[{"id":"%s","message":"Größer – 12.50 €","timestamp":"2026-11-29T08:00:00+01:00","added":["a.txt"]}]}"""
                .formatted(
                        MAIN,
                        before,
                        after,
                        before.equals(NOTHING),
                        repository.hashCode() & 0xffff,
                        repository.substring(repository.indexOf('/') + 1),
                        repository,
                        after);
    }
}
