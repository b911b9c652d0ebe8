package io.keyedsequential.sample.load;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@link LoadRun} was told.
 *
 * @param plan which orders are sent
 * @param sigtermAfter after how many answers the order desk gets a SIGTERM; 0 for never
 * @param properties what is passed on to the order desk
 */
record LoadArguments(LoadPlan plan, int sigtermAfter, List<String> properties) {

    static LoadArguments parse(String... arguments) {
        int connections = 16;
        int orders = 20_000;
        int customers = 500;
        int sigtermAfter = 0;
        List<String> properties = new ArrayList<>();
        for (String argument : arguments) {
            String[] option = argument.split("=", 2);
            switch (option[0]) {
                case "--connections" -> connections = Integer.parseInt(option[1]);
                case "--orders" -> orders = Integer.parseInt(option[1]);
                case "--customers" -> customers = Integer.parseInt(option[1]);
                case "--sigterm-after" -> sigtermAfter = Integer.parseInt(option[1]);
                default -> properties.add(argument);
            }
        }
        return new LoadArguments(new LoadPlan(connections, orders, customers), sigtermAfter, properties);
    }
}
