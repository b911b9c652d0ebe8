package io.keyedsequential.jdbc;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this instance is called, beside what it runs. */
final class InstanceName {

    private InstanceName() {}

    static String of(JdbcEngineProperties properties) {
        return properties.instance() == null ? hostAndProcess() : properties.instance();
    }

    private static String hostAndProcess() {
        String process = "-" + ProcessHandle.current().pid();
        String host = host();
        int room = JdbcEngineProperties.MOST_CHARACTERS_OF_INSTANCE - process.length();
        return (host.length() <= room ? host : host.substring(0, room)) + process;
    }

    private static String host() {
        String name = System.getenv("HOSTNAME");
        if (name != null && !name.isBlank()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
