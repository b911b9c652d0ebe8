package io.keyedsequential.spring.autoconfigure;

import org.springframework.core.env.Environment;

/** Names this process to those who look at one of several: nothing is asked of the network for it. */
final class ThisProcess {

    private ThisProcess() {}

    /** The name of the host, or of the container, where the environment has it, and the id of the process. */
    static String name(Environment environment) {
        long id = ProcessHandle.current().pid();
        String host = environment.getProperty("HOSTNAME", environment.getProperty("COMPUTERNAME", ""));
        return host.isBlank() ? "process " + id : host + "-" + id;
    }
}
