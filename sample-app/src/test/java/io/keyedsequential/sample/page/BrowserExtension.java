package io.keyedsequential.sample.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link Browser}, one for all of a run. Where Chromium is not installed they are skipped, unless the
 * environment says {@code KEYEDSEQUENTIAL_BROWSER=required}, as the pipeline does. Skipped tests leave a mark, by which the build
 * tells of them on the console.
 */
final class BrowserExtension implements ExecutionCondition, BeforeAllCallback, ParameterResolver {

    /** {@code pom.xml} looks for it. */
    private static final Path SKIPPED = Path.of("target", "browser-tests-skipped");

    private static final Namespace OURS = Namespace.create(BrowserExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean runs = Browser.isInstalled() || isRequired();
        mark(!runs);
        return runs
                ? ConditionEvaluationResult.enabled("a browser is there, or has to be")
                : ConditionEvaluationResult.disabled(Browser.MISSING);
    }

    private static void mark(boolean skipped) {
        try {
            Files.deleteIfExists(SKIPPED);
            if (skipped) {
                Files.writeString(SKIPPED, Browser.MISSING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!Browser.isInstalled()) {
            throw new IllegalStateException(Browser.MISSING);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Browser.class;
    }

    /** The store closes the browser when the run ends. */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(OURS).computeIfAbsent(Browser.class);
    }

    private static boolean isRequired() {
        return "required".equals(System.getenv("KEYEDSEQUENTIAL_BROWSER"));
    }
}
