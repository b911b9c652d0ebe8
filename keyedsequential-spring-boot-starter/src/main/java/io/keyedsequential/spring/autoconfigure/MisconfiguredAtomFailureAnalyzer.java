package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints what is wrong and what to do about it, instead of a stack trace. */
final class MisconfiguredAtomFailureAnalyzer extends AbstractFailureAnalyzer<MisconfiguredAtomException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MisconfiguredAtomException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), rootFailure);
    }
}
