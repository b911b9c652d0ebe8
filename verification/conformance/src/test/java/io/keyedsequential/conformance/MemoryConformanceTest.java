package io.keyedsequential.conformance;

import java.util.List;

/** The engine that needs nothing. */
class MemoryConformanceTest extends EngineConformance {

    @Override
    List<String> freshStore() {
        return List.of("keyedsequential.defaults.engine=memory");
    }
}
