package io.keyedsequential.sample.load;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the log says about the end of the atom {@code orders}.
 *
 * @param drained whether it waited for operations, and all of them ended
 * @param announced how many operations the log says were left over
 * @param leftOver the operations that it names, each with its state
 */
record DrainLog(boolean drained, long announced, Map<Long, String> leftOver) {

    /** Nothing had to be waited for, and nothing was left over. */
    static final DrainLog NONE = new DrainLog(false, 0, Map.of());

    private static final Pattern DRAINED = Pattern.compile("orders: drained in \\d+ ms");
    private static final Pattern TOTAL = Pattern.compile("orders: left over: (\\d+) operations of \\d+ keys");
    private static final Pattern LANE = Pattern.compile("orders: left over, key \\S+: (.*)");
    private static final Pattern REST = Pattern.compile("orders: left over, \\d+ more operations: (.*)");
    private static final Pattern STATE = Pattern.compile("([a-z ]+) (\\d[\\d, -]*)");
    private static final Pattern RANGE = Pattern.compile("(\\d+)(?:-(\\d+))?");
    private static final Pattern OPERATION = Pattern.compile("(\\d+) process (\\w+)");

    static DrainLog read(List<String> log) {
        boolean drained = false;
        long announced = 0;
        Map<Long, String> leftOver = new TreeMap<>();
        for (String line : log) {
            drained |= DRAINED.matcher(line).find();
            Matcher total = TOTAL.matcher(line);
            if (total.find()) {
                announced = Long.parseLong(total.group(1));
            }
            Matcher rest = REST.matcher(line);
            if (rest.find()) {
                readRest(rest.group(1), leftOver);
            }
            Matcher lane = LANE.matcher(line);
            if (lane.find()) {
                Matcher operation = OPERATION.matcher(lane.group(1));
                while (operation.find()) {
                    leftOver.put(Long.parseLong(operation.group(1)), operation.group(2));
                }
            }
        }
        return new DrainLog(drained, announced, leftOver);
    }

    /** Such as {@code queued 17-4711, 4713; running 9}. */
    private static void readRest(String rest, Map<Long, String> leftOver) {
        Matcher state = STATE.matcher(rest);
        while (state.find()) {
            Matcher range = RANGE.matcher(state.group(2));
            while (range.find()) {
                long first = Long.parseLong(range.group(1));
                long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
                for (long id = first; id <= last; id++) {
                    leftOver.put(id, state.group(1).strip());
                }
            }
        }
    }

    boolean isQueued(long operation) {
        return "queued".equals(leftOver.get(operation));
    }
}
