package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Prints what is wrong and what to do about it, instead of a stack trace. Before the analyzers of Boot, which know some
 * of the causes (a bean that is missing, a property that is not bound), but not what they were needed for.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MisconfiguredAtomFailureAnalyzer extends AbstractFailureAnalyzer<MisconfiguredAtomException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MisconfiguredAtomException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), rootFailure);
    }
}
