package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.AtomView.AtomUnavailableException;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an atom whose engine may be away. Then it is shown by what this process knows of it, with the reason: that
 * one atom cannot be asked must not hide the others.
 */
final class Look {

    private Look() {}

    /** What is made of a view. */
    interface At<T> {

        /**
         * Describes it.
         *
         * @param view what is shown
         * @param unavailable why this is no more than what this process knows; {@code null} if it is everything
         */
        T of(AtomView view, @Nullable String unavailable);
    }

    static <T> T at(RegisteredAtom atom, At<T> look) {
        if (atom.isInMemory()) {
            return look.of(atom.view(), null);
        }
        T seen;
        try {
            seen = look.of(atom.view(), null);
        } catch (RefusedException e) {
            throw e;
        } catch (RuntimeException e) {
            return look.of(atom.localView(), atom.availability().failed(e));
        }
        atom.availability().answered();
        return seen;
    }

    /** What is only in the engine: while that is away, the request is refused for now. */
    static <T> T orRefuse(RegisteredAtom atom, Supplier<T> request) {
        try {
            return request.get();
        } catch (AtomUnavailableException e) {
            throw new RefusedException(
                    RefusedException.UNAVAILABLE,
                    "%s: the engine '%s' cannot be asked now: %s".formatted(atom.name(), atom.engine(), e.reason()));
        }
    }
}
