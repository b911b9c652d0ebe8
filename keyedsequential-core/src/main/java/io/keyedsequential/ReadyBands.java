package io.keyedsequential;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ready lanes in bands: a higher one goes first, within a band it is first in, first out. A band that has tokens and is
 * passed over ages: it counts as one band higher for every {@value #PATIENCE} turns that went to others, and as young
 * again when it has had one. So the lowest band gets at least one turn in about {@code BANDS * PATIENCE}, however busy
 * the others are. Linear ageing is the way of the classic time-sharing schedulers; turns instead of time need no clock.
 */
final class ReadyBands<K> implements ReadyLanes<K> {

    static final int BANDS = 8;
    static final int PATIENCE = 16;

    private final ReadyQueue<K>[] bands = newBands();

    /** Turns that went to others since the band had one, while it had a token. */
    private final int[] passedOver = new int[BANDS];

    private int size;

    @Override
    public boolean hasTokens() {
        return size > 0;
    }

    @Override
    public boolean add(Lane<K> lane) {
        bands[lane.band()].add(lane);
        return size++ == 0;
    }

    @Override
    public @Nullable Lane<K> poll() {
        if (size == 0) {
            return null;
        }
        int chosen = -1;
        int most = -1;
        for (int band = BANDS - 1; band >= 0; band--) {
            if (bands[band].hasTokens()) {
                int urgency = band + passedOver[band] / PATIENCE;
                if (urgency > most) {
                    most = urgency;
                    chosen = band;
                }
            }
        }
        for (int band = 0; band < BANDS; band++) {
            passedOver[band] = band == chosen || !bands[band].hasTokens() ? 0 : passedOver[band] + 1;
        }
        size--;
        return bands[chosen].poll();
    }

    @Override
    public void remove(Lane<K> lane) {
        bands[lane.band()].remove(lane);
        size--;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void forEach(Consumer<@Nullable Lane<K>> action) {
        for (ReadyQueue<K> band : bands) {
            band.forEach(action);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <K> ReadyQueue<K>[] newBands() {
        ReadyQueue<K>[] bands = new ReadyQueue[BANDS];
        for (int band = 0; band < BANDS; band++) {
            bands[band] = new ReadyQueue<>();
        }
        return bands;
    }
}
