// Rows sorted, searched and as CSV.
import { csvCell } from "./format.js";

/** Rows in the order of a column; those without a value last. */
export function sortRows(rows, key, descending) {
  const none = (value) => (typeof value === "number" && Number.isNaN(value) ? 1 : 0);
  const turn = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (none(x) || none(y)) return none(x) - none(y) || a - b;
    return x < y ? -turn : x > y ? turn : a - b;
  });
}

/** Text columns of a row in lower case, for the search. */
function searchText(table, row) {
  const dims = table.dims.map((dim) => `${dim.name}=${dim.labels[dim.codes[row]]}`);
  const columns = [table.point, table.status, table.message, table.hash].map((one) => one[row]);
  return [...columns, ...dims].join(" ").toLowerCase();
}

/** Rows that have every word of the query. */
export function searchRows(table, rows, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = searchText(table, row);
    return words.every((word) => text.includes(word));
  });
}

/** The rows with all columns as CSV. */
export function csvText(table, rows) {
  const columns = [
    ["point", (row) => table.point[row]],
    ["hash", (row) => table.hash[row]],
    ...table.dims.map((dim) => [dim.name, (row) => dim.levels[dim.codes[row]]]),
    ["status", (row) => table.status[row]],
    ["message", (row) => table.message[row]],
    ...table.figures.map((figure) => [figure.name, (row) => figure.values[row]]),
  ];
  const lines = rows.map((row) => columns.map(([, value]) => csvCell(value(row))).join(","));
  return `${[columns.map(([name]) => csvCell(name)).join(","), ...lines].join("\n")}\n`;
}
