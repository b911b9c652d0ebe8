package io.keyedsequential.sample.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.FluentWait;
import org.openqa.selenium.support.ui.Select;

/** What a reader sees of the live page, and does with it. */
final class LivePage {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Browser browser;

    LivePage(Browser browser) {
        this.browser = browser;
    }

    /** Waits until something is so; every look is a fresh one. */
    void until(String what, BooleanSupplier so) {
        try {
            new FluentWait<>(so)
                    .withTimeout(PATIENCE)
                    .pollingEvery(Duration.ofMillis(100))
                    .ignoring(StaleElementReferenceException.class)
                    .until(BooleanSupplier::getAsBoolean);
        } catch (TimeoutException e) {
            throw new AssertionError("waited in vain until " + what + "; the page says:\n" + text("body"), e);
        }
    }

    /** Waits until a text is so. */
    String untilText(String css, Predicate<String> so) {
        until(css + " says so", () -> so.test(text(css)));
        return text(css);
    }

    LivePage untilLive() {
        until("the page is live", () -> text("#status").equals("Live"));
        return this;
    }

    LivePage every(int seconds) {
        new Select(find("#pace")).selectByValue(Integer.toString(seconds));
        return this;
    }

    /** The text of the first such element; empty if there is none. */
    String text(String css) {
        return (String) run("return document.querySelector(arguments[0])?.innerText ?? ''", css);
    }

    @SuppressWarnings("unchecked")
    List<String> texts(String css) {
        return (List<String>) run("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", css);
    }

    long count(String css) {
        return (long) run("return document.querySelectorAll(arguments[0]).length", css);
    }

    boolean shows(String css) {
        return (boolean) run("return document.querySelector(arguments[0])?.checkVisibility() ?? false", css);
    }

    boolean isEnabled(String css) {
        return find(css).isEnabled();
    }

    /** The lane of this key, as a selector of its row's button. */
    String lane(String key) {
        run(
                "for (const row of document.querySelectorAll('.lane'))"
                        + " if (row.querySelector('.key').textContent === arguments[0]) row.id = 'tested'; else row.removeAttribute('id')",
                key);
        return "#tested > button";
    }

    void untilLane(String key) {
        until("there is a lane of " + key, () -> texts(".lane .key").contains(key));
    }

    void openLane(String key) {
        untilLane(key);
        // By script: a row may move while a pointer travels to it.
        run("document.querySelector(arguments[0]).click()", lane(key));
        until("the explanation of " + key + " is there", () -> text("#lane-key").equals(key) && shows("#explanation"));
    }

    /** Presses the button with this label, when it is there. */
    void press(String within, String label) {
        until("there is a button " + label, () -> !buttons(within, label).isEmpty());
        buttons(within, label).get(0).click();
    }

    private List<WebElement> buttons(String within, String label) {
        return browser.driver().findElements(By.cssSelector(within + " button")).stream()
                .filter(button -> button.getText().equals(label) && button.isEnabled())
                .toList();
    }

    List<String> verbs(String within) {
        return texts(within + " button");
    }

    void keys(CharSequence... keys) {
        new Actions(browser.driver()).sendKeys(keys).perform();
    }

    /** Tabs until the focus is on such an element. */
    void tabTo(String css) {
        for (int i = 0; i < 100; i++) {
            if ((boolean) run("return document.activeElement.matches(arguments[0])", css)) {
                return;
            }
            keys(Keys.TAB);
        }
        throw new AssertionError("the keyboard does not reach " + css);
    }

    WebElement find(String css) {
        return browser.driver().findElement(By.cssSelector(css));
    }

    Object run(String script, Object... arguments) {
        return browser.driver().executeScript(script, arguments);
    }

    /** For whoever wants to look. */
    void screenshot(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(
                    SCREENSHOTS.resolve(name + ".png"),
                    Objects.requireNonNull(browser.driver().getScreenshotAs(OutputType.BYTES)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
