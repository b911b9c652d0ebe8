package io.keyedsequential.spring.aop.other;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;

/** With a method that classes of other packages inherit and cannot override. */
public class Distant {

    @KeyedSequential(key = "#key", atom = "distant")
    boolean isInside(String key) {
        return OperationContext.current().isPresent();
    }

    public boolean call(String key) {
        return isInside(key);
    }
}
