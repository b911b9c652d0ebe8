package io.keyedsequential.conformance;

import io.keyedsequential.spring.annotation.KeyedSequential;

/** {@link Work} in another version of the application: one operation has other arguments, and one is not there. */
class OtherVersionsWork {

    private final Script script;

    OtherVersionsWork(Script script) {
        this.script = script;
    }

    @KeyedSequential(atom = "work", key = "#key")
    public void run(String key, int number) {
        script.run(key, "number " + number);
    }
}
