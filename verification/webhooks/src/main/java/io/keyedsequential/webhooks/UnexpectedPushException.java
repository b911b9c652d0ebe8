package io.keyedsequential.webhooks;

import java.util.Optional;

/** A push does not stand on the commit where its branch is. */
class UnexpectedPushException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnexpectedPushException(Push push, Optional<Branches.Branch> branch) {
        super("the push to %s stands on %s, and %s is %s"
                .formatted(
                        push.after(),
                        push.before(),
                        push.ref(),
                        branch.map(known -> "at " + known.head()).orElse("not known")));
    }
}
