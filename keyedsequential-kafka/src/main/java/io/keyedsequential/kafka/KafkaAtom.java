package io.keyedsequential.kafka;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.engine.AtomEngine.EngineAtom;
import io.keyedsequential.spring.engine.StoredCall;
import io.keyedsequential.spring.engine.StoredCall.StoredKey;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.DefaultErrorHandler;

/**
 * One atom whose calls are records of a topic. Calls are sent; one consumer of this instance, of the kind that
 * listeners have, hands those of its partitions to the coordinator.
 */
final class KafkaAtom implements EngineAtom {

    private static final Log log = LogFactory.getLog(KafkaAtom.class);

    /** How long a consumer that is not authorized waits before it tries again; otherwise its container would end. */
    private static final Duration AUTHORIZATION_RETRY = Duration.ofSeconds(10);

    private final String atom;
    private final KeyedCoordinator<Object> coordinator;
    private final CallTopic topic;
    private final CallRecords records;
    private final CallSender sender;
    private final CallListener listener;
    private final KeyedListeners listeners;
    private final KeyedListener consumed;
    private final ConsumerFactory<byte[], byte[]> consumers;
    private final AtomView view;
    private final AtomControls controls;

    /** Of the threads that start and stop, one after the other. */
    private @Nullable ConcurrentMessageListenerContainer<byte[], byte[]> container;

    KafkaAtom(
            String atom,
            KeyedCoordinator<Object> coordinator,
            CallTopic topic,
            CallRecords records,
            CallSender sender,
            CallListener listener,
            KeyedListeners listeners,
            ConsumerFactory<byte[], byte[]> consumers) {
        this.atom = atom;
        this.coordinator = coordinator;
        this.topic = topic;
        this.records = records;
        this.sender = sender;
        this.listener = listener;
        this.listeners = listeners;
        this.consumers = consumers;
        this.consumed = listeners.ofTopic(atom, topic.settings().topic());
        UnaryOperator<Object> known = key -> StoredKey.orItself(atom, key);
        this.view = AtomView.of(coordinator, KafkaAtomEngine.KIND, known);
        this.controls = AtomControls.of(coordinator, KafkaAtomEngine.KIND, known);
    }

    @Override
    public long enqueue(StoredCall call) {
        return send(records.write(call, topic.settings()));
    }

    /** Written down at once: what cannot be stored is refused before the commit. */
    @Override
    public Runnable afterCommit(StoredCall call) {
        ProducerRecord<byte[], byte[]> record = records.write(call, topic.settings());
        topic.check();
        return () -> send(record);
    }

    /** The place in the topic as one number: which operation it becomes is for the instance that takes it. */
    private long send(ProducerRecord<byte[], byte[]> record) {
        topic.check();
        RecordMetadata taken = sender.send(atom, record);
        return taken.offset() * topic.settings().partitions() + taken.partition();
    }

    @Override
    public synchronized void start() {
        topic.check();
        if (mayPark()) {
            log.warn(("%s: the exhausted-policy is park, and the engine is 'kafka': a key is parked as long as this "
                            + "instance has its partition, and meanwhile no more than kafka.window (%d) calls of the "
                            + "partition behind it are run. By default what does not succeed is dead-lettered")
                    .formatted(atom, consumed.window()));
        }
        ConcurrentMessageListenerContainer<byte[], byte[]> made = container();
        container = made;
        made.start();
    }

    private boolean mayPark() {
        return coordinator.options().exhaustedPolicy() == ExhaustedPolicy.PARK
                || coordinator.options().exhaustedPolicies().containsValue(ExhaustedPolicy.PARK);
    }

    private ConcurrentMessageListenerContainer<byte[], byte[]> container() {
        String name = topic.settings().topic();
        ContainerProperties properties = new ContainerProperties(name);
        properties.setGroupId(name);
        properties.setClientId(name);
        properties.setAckMode(AckMode.MANUAL); // nothing is acknowledged by the container
        properties.setAuthExceptionRetryInterval(AUTHORIZATION_RETRY);
        properties.setMessageListener(new KeyedRecordListener<>(listener, listeners.deliveries()));
        properties.setConsumerRebalanceListener(new ConsumerAwareRebalanceListener() {
            @Override
            public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> revoked) {
                listener.withdrawGone();
            }

            @Override
            public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> lost) {
                listener.withdrawGone();
            }
        });
        ConcurrentMessageListenerContainer<byte[], byte[]> made = new ConcurrentMessageListenerContainer<>(
                new KeyedConsumerFactory<>(consumers, consumed, listeners.drainTimeout()), properties);
        made.setBeanName("keyedsequential-" + name);
        made.setCommonErrorHandler(new KeyedErrorHandler(new DefaultErrorHandler()));
        return made;
    }

    /** What has begun ends, and is acknowledged; the rest is another instance's. */
    @Override
    public synchronized void stop(Duration timeout) {
        ConcurrentMessageListenerContainer<byte[], byte[]> stopped = container;
        container = null;
        if (stopped == null) { // it could not start
            return;
        }
        CountDownLatch ended = new CountDownLatch(1);
        stopped.stop(ended::countDown);
        try {
            if (!ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn(("%s: the consumer has not stopped within %s; what is not acknowledged runs again, here or "
                                + "on another instance")
                        .formatted(atom, timeout));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listener.withdrawGone();
    }

    @Override
    public AtomView view() {
        return view;
    }

    @Override
    public AtomControls controls() {
        return controls;
    }
}
