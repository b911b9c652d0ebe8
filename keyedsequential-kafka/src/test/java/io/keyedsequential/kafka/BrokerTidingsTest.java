package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;

class BrokerTidingsTest {

    @Test
    void theQuestionWhereALogEndsOutlastsAFetchThatWaitsAtTheBroker() {
        Object fetchWaits = ConsumerConfig.configDef().defaultValues().get(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG);
        assertThat(BrokerTidings.ASK_END_TIMEOUT.toMillis()).isGreaterThan(((Number) fetchWaits).longValue());
    }
}
