package io.keyedsequential.spring.aop.key;

import java.util.Optional;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;

/**
 * Finds what a key expression refers to in vain. SpEL evaluates an unknown variable to {@code null} without a word, and
 * every operation would share the one key {@code null}.
 */
final class SpelVariables {

    private final Parameters parameters;

    SpelVariables(Parameters parameters) {
        this.parameters = parameters;
    }

    /** The first reference to nothing, as a part of a sentence; empty if there is none. */
    Optional<String> findUnknown(SpelNode expression) {
        return walk(expression, false, true);
    }

    /**
     * Looks at a node and those below.
     *
     * @param ofElement whether it is evaluated for an element of a collection, which {@code #this} and plain names
     *     refer to
     * @param head whether nothing stands before it: a plain name then asks the root object, which there is none of
     */
    private Optional<String> walk(SpelNode node, boolean ofElement, boolean head) {
        if (node instanceof VariableReference) {
            String name = node.toStringAST().substring(1);
            boolean known = parameters.indexOf(name) >= 0 || (ofElement && name.equals("this"));
            return known ? Optional.empty() : Optional.of("#" + name + ", which is no parameter of the method");
        }
        if (node instanceof FunctionReference) {
            return Optional.of("the function " + node.toStringAST() + ", which does not exist");
        }
        if (head && !ofElement && (node instanceof PropertyOrFieldReference || node instanceof MethodReference)) {
            return Optional.of("'" + node.toStringAST() + "' without saying of what; parameters begin with #");
        }
        boolean ofElementBelow = ofElement
                || node instanceof Selection
                || node instanceof Projection
                || node instanceof Indexer
                || node instanceof InlineMap;
        for (int i = 0; i < node.getChildCount(); i++) {
            boolean headBelow = i == 0 || !(node instanceof CompoundExpression);
            Optional<String> unknown = walk(node.getChild(i), ofElementBelow, headBelow);
            if (unknown.isPresent()) {
                return unknown;
            }
        }
        return Optional.empty();
    }
}
