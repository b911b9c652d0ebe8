package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.atom.KeyMask;

/** How keys are shown to one reader: as they print, or masked. */
record KeyView(KeyMask mask, boolean mayBeShown) {

    String show(Object key) {
        return mayBeShown ? KeyMask.print(key) : mask.mask(key);
    }
}
