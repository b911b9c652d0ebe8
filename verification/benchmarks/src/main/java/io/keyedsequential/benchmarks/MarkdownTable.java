package io.keyedsequential.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** A table that reads well in a terminal and in a page. */
final class MarkdownTable {

    private final List<List<String>> rows = new ArrayList<>();

    MarkdownTable(List<String> headings) {
        rows.add(headings);
    }

    void row(List<String> cells) {
        rows.add(cells.stream().map(cell -> cell.replace("|", "\\|")).toList());
    }

    @Override
    public String toString() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            for (int i = 0; i < columns; i++) {
                String cell = rows.get(r).get(i);
                text.append("| ").append(cell).append(" ".repeat(widths[i] - cell.length() + 1));
            }
            text.append("|\n");
            if (r == 0) {
                for (int width : widths) {
                    text.append('|').append("-".repeat(width + 2));
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }
}
