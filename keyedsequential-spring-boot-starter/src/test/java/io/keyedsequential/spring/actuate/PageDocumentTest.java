package io.keyedsequential.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.actuate.KeyedAtomsEndpointExtensions.KeyedAtomsEndpointWebExtension.KeyedAtomsPageWebExtension.PageDocument;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageDocumentTest {

    private final String document = PageDocument.assemble();

    @Test
    void thePolicyAllowsExactlyTheInlineStyleAndScript() throws Exception {
        assertThat(document)
                .contains("default-src 'none'")
                .contains("style-src '" + hash("<style>(.*)</style>") + "'")
                .contains("script-src '" + hash("<script type=\"module\">(.*)</script>") + "'")
                .doesNotContain("unsafe-")
                .doesNotContain("{{");
    }

    @Test
    void nothingIsFetchedFromElsewhere() {
        assertThat(document.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http:")
                .doesNotContain("https:")
                .doesNotContain("//cdn")
                .doesNotContain("@import")
                .doesNotContain("url(");
    }

    @Test
    void whatTheServerSaysIsNeverTakenForMarkup() {
        assertThat(document)
                .doesNotContain("innerHTML")
                .doesNotContain("outerHTML")
                .doesNotContain("insertAdjacentHTML")
                .doesNotContain("document.write")
                .doesNotContain("eval(");
    }

    @Test
    void everyElementThatTheScriptLooksUpIsThere() {
        Matcher lookedUp = Pattern.compile("byId\\('([\\w-]+)'\\)").matcher(document);
        assertThat(lookedUp.results().map(found -> found.group(1)).distinct())
                .hasSizeGreaterThan(30)
                .allSatisfy(id -> assertThat(document).contains("id=\"" + id + "\""));
    }

    private String hash(String element) throws Exception {
        Matcher inline = Pattern.compile(element, Pattern.DOTALL).matcher(document);
        assertThat(inline.find()).isTrue();
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(inline.group(1).getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }
}
