package io.keyedsequential.sample.load;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The console blocks of a page of docs, from top to bottom. */
record ConsolePage(List<Step> steps) {

    private static final Pattern CONSOLE = Pattern.compile("```console\\n(.*?)\\n```", Pattern.DOTALL);

    /**
     * A command and what it answers; three dots stand for anything.
     *
     * @param command one or more lines
     * @param answer what stands below it
     */
    record Step(String command, String answer) {

        /** It changes nothing, so that it may be given again. */
        boolean looks() {
            boolean asks = command.startsWith("curl") && !command.contains("-d '") && !command.contains("-X ");
            return asks || command.startsWith("grep "); // what another process logs may come a moment later
        }

        Pattern expected() {
            return Pattern.compile(
                    Stream.of(answer.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                    Pattern.DOTALL);
        }
    }

    static ConsolePage of(String text) {
        List<Step> steps = new ArrayList<>();
        Matcher block = CONSOLE.matcher(text);
        while (block.find()) {
            for (String step : ("\n" + block.group(1)).split("\n\\$ ")) {
                if (!step.isBlank()) {
                    steps.add(step(step));
                }
            }
        }
        return new ConsolePage(steps);
    }

    /** A command goes on in the next line after a backslash; what follows it is the answer. */
    private static Step step(String text) {
        List<String> lines = text.lines().toList();
        int end = 0;
        while (lines.get(end).endsWith("\\")) {
            end++;
        }
        return new Step(
                String.join("\n", lines.subList(0, end + 1)).strip(),
                String.join("\n", lines.subList(end + 1, lines.size())).strip());
    }
}
