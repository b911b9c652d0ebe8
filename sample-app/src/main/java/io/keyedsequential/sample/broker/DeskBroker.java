package io.keyedsequential.sample.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** One broker that is its own controller, as Kafka's quick start has it, with its log in a directory. */
class DeskBroker {

    private final Path directory;
    private final int port;
    private final KafkaRaftServer server;

    DeskBroker(BrokerProperties properties) {
        this.directory = properties.directory().toAbsolutePath();
        this.port = properties.port();
        try {
            Properties settings = settings();
            format(settings);
            this.server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        } catch (IOException e) {
            throw new IllegalStateException("the broker cannot use " + directory, e);
        }
    }

    private Properties settings() throws IOException {
        String broker = "PLAINTEXT://localhost:" + port;
        String controller = "localhost:" + freePort();
        Properties settings = new Properties();
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", "1");
        settings.setProperty("controller.quorum.voters", "1@" + controller);
        settings.setProperty("controller.listener.names", "CONTROLLER");
        settings.setProperty("listeners", broker + ",CONTROLLER://" + controller);
        settings.setProperty("advertised.listeners", broker);
        settings.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.setProperty("log.dirs", directory.resolve("log").toString());
        settings.setProperty("auto.create.topics.enable", "false");
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        settings.setProperty("offsets.topic.num.partitions", "1");
        settings.setProperty("offsets.topic.replication.factor", "1"); // it is the only broker
        // A machine that has no time is no reason to give up.
        settings.setProperty("initial.broker.registration.timeout.ms", "600000");
        settings.setProperty("broker.session.timeout.ms", "60000");
        return settings;
    }

    /** For the controller, which only this broker has to find. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Prepares the directory, unless a process before this one has. */
    private void format(Properties settings) throws IOException {
        if (Files.exists(directory.resolve("log/meta.properties"))) {
            return;
        }
        Files.createDirectories(directory);
        Path file = directory.resolve("broker.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            settings.store(out, null);
        }
        int failed = StorageTool.execute(
                new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()},
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        if (failed != 0) {
            throw new IOException("the directory could not be prepared: " + failed);
        }
    }

    void start() {
        server.startup();
    }

    void stop() {
        server.shutdown();
        server.awaitShutdown();
    }
}
