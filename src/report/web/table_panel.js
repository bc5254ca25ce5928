// All points that pass the filters: sorted, searched, taken along as CSV.
import { download, h, panel } from "./dom.js";
import { figureText, thousands } from "./format.js";
import { csvText, searchRows, sortRows } from "./rows.js";

const PAGE = 25;
const FIGURES = ["latency_s", "energy_per_image_j", "edp_js", "area_mm2", "power_w", "throughput_images_per_s",
  "utilization", "accuracy_top1_percent"];

/** Columns {title, text, sort, number}: how a row is shown and sorted. */
function columnsOf(table) {
  const dims = table.dims.filter((dim) => dim.levels.length > 1 || !dim.axis);
  const figures = FIGURES.map((name) => table.figure(name)).filter((figure) => figure?.given);
  return [
    { title: "point", text: (row) => String(table.point[row]), sort: (row) => table.point[row], number: true },
    { title: "status", text: (row) => table.status[row], sort: (row) => table.status[row] },
    ...dims.map((dim) => ({ title: dim.name, text: (row) => dim.labels[dim.codes[row]], sort: (row) => dim.codes[row], number: dim.numeric })),
    ...figures.map((figure) => ({ title: figure.label, help: figure.help, text: (row) => figureText(figure.name, figure.values[row]), sort: (row) => figure.values[row], number: true })),
  ];
}

function headRow(columns, choice, change) {
  return h("tr", {}, columns.map((column, i) => {
    const sorted = choice.column === i ? (choice.descending ? "descending" : "ascending") : "none";
    return h("th", { scope: "col", "aria-sort": sorted, class: column.number ? "number" : "", title: column.help },
      h("button", { type: "button", onclick: () => change({ column: i, descending: choice.column === i && !choice.descending, page: 0 }) }, column.title));
  }));
}

function bodyRow(app, columns, row) {
  const { state } = app;
  return h("tr", { class: row === state.selected ? "selected" : "", onclick: () => state.select(row) },
    columns.map((column, i) => h("td", { class: column.number ? "number" : "" },
      i === 0 ? h("button", { type: "button", class: "quiet", "aria-label": `Select point ${column.text(row)}` }, column.text(row)) : column.text(row))));
}

function pager(choice, count, change) {
  const pages = Math.max(1, Math.ceil(count / PAGE));
  const button = (text, page, label) => h("button", { type: "button", "aria-label": label, disabled: page < 0 || page >= pages || page === choice.page, onclick: () => change({ page }) }, text);
  return h("div", { class: "pager" },
    button("«", 0, "First page"), button("‹", choice.page - 1, "Previous page"),
    h("span", {}, `page ${choice.page + 1} of ${thousands(pages)}`),
    button("›", choice.page + 1, "Next page"), button("»", pages - 1, "Last page"));
}

export function mountTable(app) {
  const { table, state } = app;
  const columns = columnsOf(table);
  const byEdp = columns.findIndex(({ title }) => title === "EDP");
  const choice = { column: Math.max(0, byEdp), descending: false, page: 0, query: "" };
  const grid = h("table", { class: "points" });
  const foot = h("div", { class: "table-foot" });
  const rows = () => sortRows(searchRows(table, state.rows, choice.query), columns[choice.column].sort, choice.descending);
  const change = (fields) => {
    Object.assign(choice, fields);
    draw();
  };
  const draw = () => {
    const found = rows();
    const page = found.slice(choice.page * PAGE, (choice.page + 1) * PAGE);
    grid.replaceChildren(h("thead", {}, headRow(columns, choice, change)), h("tbody", {}, page.map((row) => bodyRow(app, columns, row))));
    foot.replaceChildren(h("span", { class: "count" }, `${thousands(found.length)} points`), pager(choice, found.length, change));
  };
  const search = h("input", { type: "search", placeholder: "Search: failed, vector_width=64 …", "aria-label": "Search points", oninput: () => change({ query: search.value, page: 0 }) });
  const save = h("button", { type: "button", id: "csv", onclick: () => download("points.csv", "text/csv", csvText(table, rows())) }, "Download CSV");
  app.content.append(panel({
    id: "points",
    title: "Points",
    hint: "Follows the filters above. Figures have six digits here; saccade report --csv writes all of them.",
    controls: [search, save],
  }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of points" }, grid), foot));
  state.on("filter", () => change({ page: 0 }));
  state.on("select", draw);
  draw();
}
