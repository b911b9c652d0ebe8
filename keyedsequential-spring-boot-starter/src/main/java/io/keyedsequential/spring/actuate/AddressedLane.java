package io.keyedsequential.spring.actuate;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.util.List;
import java.util.Optional;

/**
 * The lane that an address means. Keys may be of any type, so they are found by how they print, among those that have a
 * lane.
 */
record AddressedLane(String atom, KeyedCoordinator<Object> coordinator, Object key) {

    static Optional<AddressedLane> find(AtomRegistry registry, String name, String address, KeyView keys) {
        return registry.find(name).flatMap(atom -> {
            KeyedCoordinator<Object> coordinator = registry.coordinator(atom.name());
            List<Object> found = keys.addressed(address, coordinator.keys());
            if (found.size() > 1) {
                throw new RefusedException(
                        RefusedException.CONFLICT,
                        "%s: %d lanes have this address, since their keys print alike"
                                .formatted(atom.name(), found.size()));
            }
            return found.stream().findFirst().map(key -> new AddressedLane(atom.name(), coordinator, key));
        });
    }

    Optional<LaneSnapshot> look() {
        return coordinator.lane(key);
    }
}
