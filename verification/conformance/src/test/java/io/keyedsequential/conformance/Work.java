package io.keyedsequential.conformance;

import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;

/** Methods of atoms that go on after a failure, but for one that tries again and then closes the key. */
class Work {

    private final Script script;

    Work(Script script) {
        this.script = script;
    }

    @KeyedSequential(atom = "work", key = "#key", label = "#step")
    public void run(String key, String step) {
        script.run(key, step);
    }

    @KeyedSequential(atom = "work", key = "#key", label = "#step")
    public void note(String key, String step) {
        script.run(key, step);
    }

    @KeyedSequential(atom = "work", key = "#key", label = "#step", phase = EnqueuePhase.AFTER_COMMIT)
    public void runAfterCommit(String key, String step) {
        script.run(key, step);
    }

    @KeyedSequential(atom = "parking", key = "#key", label = "#step")
    public void insist(String key, String step) {
        script.run(key, step);
    }

    @KeyedSequential(atom = "counted", key = "#key")
    public void count(String key, String step) {
        script.run(key, step);
    }
}
