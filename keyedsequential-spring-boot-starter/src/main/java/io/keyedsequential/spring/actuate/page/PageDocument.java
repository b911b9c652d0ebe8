package io.keyedsequential.spring.actuate.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts the page together from its resources. Style and script are inline, and the document's Content-Security-Policy
 * names the hashes of exactly these two: a script that got into the page by any other way does not run.
 */
final class PageDocument {

    private PageDocument() {}

    /** In this order: they share one scope, and each uses what stands before it. */
    private static Stream<String> scripts() {
        return Stream.of(
                "format.js",
                "dom.js",
                "server.js",
                "history.js",
                "blocks.js",
                "verbs.js",
                "parked.js",
                "headline.js",
                "atoms.js",
                "lanes.js",
                "finished.js",
                "partitions.js",
                "explanation.js",
                "polling.js",
                "page.js");
    }

    static String assemble() {
        String style = read("page.css");
        String script = scripts().map(PageDocument::read).collect(Collectors.joining("\n"));
        return read("page.html")
                .replace("{{style-hash}}", hash(style))
                .replace("{{script-hash}}", hash(script))
                .replace("{{style}}", style)
                .replace("{{script}}", script);
    }

    /** A browser hashes lines that end as LF, whatever they were checked out with. */
    private static String read(String name) {
        try (InputStream resource = PageDocument.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("the live page lacks its resource " + name);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
