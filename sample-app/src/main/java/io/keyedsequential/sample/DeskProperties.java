package io.keyedsequential.sample;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the order desk.
 *
 * @param processingTime How long it takes to append to a ledger.
 * @param journal File to which every ledger entry is appended as a line, for checks from outside. By default none.
 */
@ConfigurationProperties("desk")
record DeskProperties(@DefaultValue("1ms") Duration processingTime, @Nullable Path journal) {}
