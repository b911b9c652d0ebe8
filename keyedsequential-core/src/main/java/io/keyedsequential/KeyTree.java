package io.keyedsequential;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lanes in the order of their keys, which are all of one type: a treap (Seidel and Aragon, 1996), a search tree whose
 * nodes also are a heap by a random rank, and thereby of logarithmic depth whatever the order in which keys come. A
 * node is taken out by turning it down to a leaf, for which no keys are compared.
 */
final class KeyTree<K> {

    /** The lanes of keys that compare as the same: one, unless the type's order is coarser than its {@code equals}. */
    static final class Node<K> {
        private final List<Lane<K>> lanes = new ArrayList<>(1);
        private final int rank;
        private @Nullable Node<K> parent;
        private @Nullable Node<K> left;
        private @Nullable Node<K> right;

        private Node(int rank) {
            this.rank = rank;
        }
    }

    private final Class<?> type;
    private @Nullable Node<K> root;

    /** The state of Marsaglia's xorshift generator, never zero. */
    private int random = 0x9E3779B9;

    KeyTree(Object first) {
        this.type = first.getClass();
    }

    /** Whether keys like this one can be held here, as far as their type says. */
    static boolean canHold(Object key) {
        try {
            return key instanceof Comparable<?> && ImmutableTypes.isComparableToItself(key.getClass());
        } catch (LinkageError | TypeNotPresentException e) {
            return false; // what cannot be looked at cannot be judged
        }
    }

    boolean isOf(Object key) {
        return key.getClass() == type;
    }

    @Nullable
    Lane<K> find(K key) {
        Node<K> node = root;
        while (node != null) {
            int order = compare(key, node.lanes.get(0).key);
            if (order == 0) {
                for (Lane<K> lane : node.lanes) {
                    if (key.equals(lane.key)) {
                        return lane;
                    }
                }
                return null;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    /** Adds a lane whose key is not here; its key is compared with others before anything is changed. */
    Node<K> add(Lane<K> lane) {
        Node<K> parent = null;
        Node<K> node = root;
        int order = 0;
        while (node != null) {
            order = compare(lane.key, node.lanes.get(0).key);
            if (order == 0) {
                node.lanes.add(lane);
                return node;
            }
            parent = node;
            node = order < 0 ? node.left : node.right;
        }
        Node<K> added = new Node<>(nextRank());
        added.lanes.add(lane);
        added.parent = parent;
        if (parent == null) {
            root = added;
        } else if (order < 0) {
            parent.left = added;
        } else {
            parent.right = added;
        }
        while (added.parent != null && added.rank > added.parent.rank) {
            turnUp(added);
        }
        return added;
    }

    /** Takes a lane out of its node, and the node if it was the last; compares nothing. */
    void remove(Node<K> node, Lane<K> lane) {
        node.lanes.remove(lane); // which is equal to itself only
        if (!node.lanes.isEmpty()) {
            return;
        }
        Node<K> child = higher(node.left, node.right);
        while (child != null) {
            turnUp(child);
            child = higher(node.left, node.right);
        }
        replace(node.parent, node, null);
    }

    private static <K> @Nullable Node<K> higher(@Nullable Node<K> left, @Nullable Node<K> right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left.rank > right.rank ? left : right;
    }

    /** Turns a node and its parent, so that the node is the parent. */
    private void turnUp(Node<K> node) {
        Node<K> parent = node.parent;
        if (parent == null) {
            return;
        }
        Node<K> moved;
        if (parent.left == node) {
            moved = node.right;
            node.right = parent;
            parent.left = moved;
        } else {
            moved = node.left;
            node.left = parent;
            parent.right = moved;
        }
        if (moved != null) {
            moved.parent = parent;
        }
        Node<K> above = parent.parent;
        parent.parent = node;
        node.parent = above;
        replace(above, parent, node);
    }

    private void replace(@Nullable Node<K> above, Node<K> old, @Nullable Node<K> by) {
        if (above == null) {
            root = by;
        } else if (above.left == old) {
            above.left = by;
        } else {
            above.right = by;
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // both are of the one type, which is comparable to itself
    private static int compare(Object key, Object other) {
        return ((Comparable) key).compareTo(other);
    }

    private int nextRank() {
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        return random;
    }
}
