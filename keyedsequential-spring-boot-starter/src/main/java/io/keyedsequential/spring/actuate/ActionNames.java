package io.keyedsequential.spring.actuate;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Actions as they are written in requests, answers and the log. */
final class ActionNames {

    private ActionNames() {}

    static String of(Enum<?> action) {
        return action.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The action that a request names; one that names none, or another, is told which there are. */
    static <A extends Enum<A>> A parse(@Nullable String name, Class<A> actions) {
        A[] known = actions.getEnumConstants();
        return Arrays.stream(known)
                .filter(action -> of(action).equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        RefusedException.BAD_REQUEST,
                        "action: %s, not %s"
                                .formatted(
                                        Arrays.stream(known)
                                                .map(ActionNames::of)
                                                .collect(Collectors.joining(", ")),
                                        name)));
    }
}
