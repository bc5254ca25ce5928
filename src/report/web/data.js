// The embedded data as a table of typed columns.
import { labelOf, levelText } from "./format.js";

/** Figures that should be large; all others should be small. */
const MAXIMISED = /^(throughput|accuracy|utilization|spatial_utilization|peak_|dram_peak)/;

/** The values of a column, in any of its forms (report/html_columns.hpp). */
export function columnValues(column, rows, figures) {
  if (Array.isArray(column)) return column;
  if ("same" in column) return columnValues(figures[column.same], rows, figures);
  if (!column.codes) return new Array(rows).fill(column.levels[0]);
  return column.codes.map((code) => column.levels[code]);
}

function figureColumn(column, rows, figures) {
  const values = columnValues(column, rows, figures);
  return Float64Array.from(values, (value) => (value === null ? NaN : value));
}

/** Numbers ascending, then everything else in the order of the sweep, then null. */
function levelOrder(levels) {
  const rank = (value) => (value === null ? 2 : typeof value === "number" ? 0 : 1);
  const order = levels.map((_, i) => i);
  const bySize = (a, b) => (typeof levels[a] === "number" ? levels[a] - levels[b] : 0);
  return order.sort((a, b) => rank(levels[a]) - rank(levels[b]) || bySize(a, b) || a - b);
}

/** A dimension: a column of few values to filter, colour and group by. */
export function dimension(key, name, values) {
  const codeOf = new Map();
  const found = [];
  const codes = Int32Array.from(values, (value) => {
    const text = JSON.stringify(value);
    if (!codeOf.has(text)) {
      codeOf.set(text, found.length);
      found.push(value);
    }
    return codeOf.get(text);
  });
  const order = levelOrder(found);
  const place = new Int32Array(order.length);
  order.forEach((old, i) => {
    place[old] = i;
  });
  const levels = order.map((i) => found[i]);
  return {
    key,
    name,
    levels,
    labels: levels.map((level) => levelText(name, level)),
    codes: codes.map((code) => place[code]),
    numeric: levels.length > 0 && levels.every((level) => typeof level === "number"),
  };
}

function dimensionsOf(page, figures) {
  const { columns, rows, header } = page;
  const values = (column) => columnValues(column, rows, figures);
  const dims = ["hardware", "workload", "technique"].map((name) =>
    dimension(name, name, values(columns[name])),
  );
  header.axes.forEach((axis, i) => {
    dims.push({ ...dimension(`axis:${i}`, axis.name, values(columns.axes[i])), axis });
  });
  return dims;
}

function figuresOf(page) {
  const all = page.columns.figures;
  return page.header.figures.map(({ name, help }, i) => {
    const values = figureColumn(all[i], page.rows, all);
    const given = values.some((value) => !Number.isNaN(value));
    return { name, help, label: labelOf(name), values, given, sign: MAXIMISED.test(name) ? -1 : 1 };
  });
}

/** Everything that the page draws from. */
export function decode(page) {
  const figures = figuresOf(page);
  const plain = (name) => columnValues(page.columns[name], page.rows, page.columns.figures);
  const dims = dimensionsOf(page, page.columns.figures);
  const status = plain("status");
  const point = plain("point");
  const byName = new Map(figures.map((figure) => [figure.name, figure]));
  return {
    size: page.rows,
    header: page.header,
    point,
    hash: plain("hash"),
    message: plain("message"),
    status,
    ok: Uint8Array.from(status, (name) => (name === "ok" ? 1 : 0)),
    dims,
    dim: (key) => dims.find((one) => one.key === key),
    figures: figures.filter((figure) => figure.given),
    allFigures: figures,
    figure: (name) => byName.get(name),
    rowOf: new Map(point.map((number, row) => [number, row])),
    details: (row) => detailsOf(page.details, point[row]),
  };
}

/** Breakdowns, ops and latencies of a point; null if the page has none. */
function detailsOf(details, point) {
  const found = details.points[point];
  return found ? { ...found, ops: details.layouts[found.layout] } : null;
}
