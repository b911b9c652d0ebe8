package io.keyedsequential.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.actuate.AddressedLane.KeyView;
import io.keyedsequential.spring.actuate.AddressedLane.LaneAddress;
import io.keyedsequential.spring.atom.KeyMask;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyViewTest {

    private final KeyMask mask = new KeyMask();
    private final KeyView whoMaySee = new KeyView(mask, true);
    private final KeyView whoMayNot = new KeyView(mask, false);

    @Test
    void aHandleLeadsToItsKeyWhateverItsType() {
        List<Object> keys = List.of(17L, "customer-7", List.of("eu", 3));
        for (Object key : keys) {
            String handle = whoMayNot.handle(key);
            assertThat(whoMayNot.addressed(LaneAddress.text(handle), keys)).containsExactly(key);
            assertThat(whoMayNot.addressed(LaneAddress.text(mask.mask(key)), keys))
                    .containsExactly(key);
            assertThat(whoMaySee.addressed(LaneAddress.text(handle), keys)).containsExactly(key);
        }
    }

    @Test
    void theKeyItselfLeadsThereOnlyForThoseWhoMaySeeIt() {
        List<Object> keys = List.of(17L, "customer-7");
        assertThat(whoMaySee.addressed(LaneAddress.text("17"), keys)).containsExactly(17L);
        assertThat(whoMaySee.addressed(LaneAddress.text("customer-7"), keys)).containsExactly("customer-7");
        assertThat(whoMayNot.addressed(LaneAddress.text("customer-7"), keys)).isEmpty();
    }

    @Test
    void aHandleWinsOverAKeyThatLooksLikeIt() {
        String lookalike = whoMaySee.handle("customer-7");
        assertThat(whoMaySee.addressed(LaneAddress.text(lookalike), List.of(lookalike, "customer-7")))
                .containsExactly("customer-7");
        assertThat(whoMaySee.addressed(LaneAddress.text(lookalike), List.of(lookalike)))
                .containsExactly(lookalike);
    }

    @Test
    void keysThatPrintAlikeAreAllMeant() {
        List<Object> keys = List.of(17L, "17");
        assertThat(whoMaySee.addressed(LaneAddress.text("17"), keys)).isEqualTo(keys);
        assertThat(whoMayNot.addressed(LaneAddress.text(whoMayNot.handle("17")), keys))
                .isEqualTo(keys);
    }
}
