package io.keyedsequential.verification.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** A broker that is stopped, and started again with what it had, at the same address. */
final class OwnBroker implements AutoCloseable {

    private final Properties properties = new Properties();
    private final int port;
    private @Nullable KafkaRaftServer running;

    OwnBroker(Path directory) throws IOException {
        port = freePort();
        int controller = freePort();
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@localhost:" + controller),
                Map.entry("listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controller),
                Map.entry("advertised.listeners", "PLAINTEXT://localhost:" + port),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", directory.resolve("logs").toString()),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("auto.create.topics.enable", "false")));
        Path file = directory.resolve("server.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        int failed = StorageTool.execute(
                new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()},
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        if (failed != 0) {
            throw new IOException("the directory of the broker could not be prepared: " + failed);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /**
     * Properties of an instance that keeps its partitions while it hears of no broker. A member that leads its group
     * otherwise forgets the topic now and then, when it looks for its brokers from scratch, and gives them up.
     */
    static List<String> keepingPartitions(String protocol) {
        String properties = "spring.kafka.consumer.properties.";
        return List.of(properties + "group.protocol=" + protocol, properties + "metadata.recovery.strategy=none");
    }

    String address() {
        return "localhost:" + port;
    }

    void start() {
        running = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        running.startup();
    }

    void stop() {
        if (running != null) {
            running.shutdown();
            running.awaitShutdown();
            running = null;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
