// All points that pass the filters: sorted, searched, taken along as CSV.
import { download, h, panel, replace } from "./dom.js";
import { counted, figureText, thousands } from "./format.js";
import { MAIN_FIGURES } from "./names.js";
import { csvText, searchRows, sortRows } from "./rows.js";

const PAGE = 25;

/** Columns {title, text, sort, number}: how a row is shown and sorted. */
function columnsOf(table) {
  const dims = table.dims.filter((dim) => dim.levels.length > 1 || !dim.axis);
  const figures = MAIN_FIGURES.map((name) => table.figure(name)).filter((figure) => figure?.given);
  return [
    {
      title: "point",
      text: (row) => String(table.point[row]),
      sort: (row) => table.point[row],
      number: true,
    },
    { title: "status", text: (row) => table.status[row], sort: (row) => table.status[row] },
    ...dims.map((dim) => ({
      title: dim.name,
      text: (row) => dim.labels[dim.codes[row]],
      sort: (row) => dim.codes[row],
      number: dim.numeric,
    })),
    ...figures.map((figure) => ({
      title: figure.label,
      help: figure.help,
      text: (row) => figureText(figure.name, figure.values[row]),
      sort: (row) => figure.values[row],
      number: true,
    })),
  ];
}

function headRow(columns, choice, choose) {
  return h(
    "tr",
    {},
    columns.map((column, i) => {
      const sorted =
        choice.column === i ? (choice.descending ? "descending" : "ascending") : "none";
      return h(
        "th",
        {
          scope: "col",
          "aria-sort": sorted,
          class: column.number ? "number" : "",
          title: column.help,
        },
        h(
          "button",
          {
            type: "button",
            onclick: () =>
              choose({ column: i, descending: choice.column === i && !choice.descending }),
          },
          column.title,
        ),
      );
    }),
  );
}

function bodyRow(app, columns, row) {
  const { state } = app;
  return h(
    "tr",
    { class: row === state.selected ? "selected" : "", onclick: () => state.select(row) },
    columns.map((column, i) =>
      h(
        "td",
        { class: column.number ? "number" : "" },
        i === 0
          ? h(
              "button",
              { type: "button", class: "quiet", "aria-label": `Select point ${column.text(row)}` },
              column.text(row),
            )
          : column.text(row),
      ),
    ),
  );
}

function pager(choice, count, turnTo) {
  const pages = Math.max(1, Math.ceil(count / PAGE));
  const button = (text, page, label) =>
    h(
      "button",
      {
        type: "button",
        "aria-label": label,
        disabled: page < 0 || page >= pages || page === choice.page,
        onclick: () => turnTo(page),
      },
      text,
    );
  return h(
    "div",
    { class: "pager" },
    button("«", 0, "First page"),
    button("‹", choice.page - 1, "Previous page"),
    h("span", {}, `page ${choice.page + 1} of ${thousands(pages)}`),
    button("›", choice.page + 1, "Next page"),
    button("»", pages - 1, "Last page"),
  );
}

/** The points that are found, and the page of them that is shown. */
class Listing {
  constructor(app) {
    this.app = app;
    this.columns = columnsOf(app.table);
    const byEdp = this.columns.findIndex(({ title }) => title === "EDP");
    this.choice = { column: Math.max(0, byEdp), descending: false, page: 0, query: "" };
    this.grid = h("table", { class: "points" });
    this.foot = h("div", { class: "table-foot" });
  }

  choose(fields) {
    Object.assign(this.choice, fields, { page: 0 });
    const { table, state } = this.app;
    const rows = searchRows(table, state.rows, this.choice.query);
    this.found = sortRows(rows, this.columns[this.choice.column].sort, this.choice.descending);
    this.draw();
  }

  draw() {
    const { app, choice, columns, found } = this;
    const rows = found.slice(choice.page * PAGE, (choice.page + 1) * PAGE);
    const head = headRow(columns, choice, (fields) => this.choose(fields));
    const body = rows.map((row) => bodyRow(app, columns, row));
    const turnTo = (page) => {
      choice.page = page;
      this.draw();
    };
    const count = h("span", { class: "count" }, counted(found.length, "point"));
    replace(this.grid, h("thead", {}, head), h("tbody", {}, body));
    replace(this.foot, count, pager(choice, found.length, turnTo));
  }
}

export function mountTable(app) {
  const listing = new Listing(app);
  const search = h("input", {
    type: "search",
    placeholder: "Search: failed, vector_width=64 …",
    "aria-label": "Search points",
    oninput: () => listing.choose({ query: search.value }),
  });
  const save = () => download("points.csv", "text/csv", csvText(app.table, listing.found));
  const scroll = {
    class: "scroll",
    tabindex: "0",
    role: "region",
    "aria-label": "Table of points",
  };
  app.content.append(
    panel(
      {
        id: "points",
        title: "Points",
        hint: "Follows the filters above. Figures have six digits here; the store has them all.",
        controls: [
          search,
          h("button", { type: "button", id: "csv", onclick: save }, "Download CSV"),
        ],
      },
      h("div", scroll, listing.grid),
      listing.foot,
    ),
  );
  app.state.on("filter", () => listing.choose({}));
  app.state.on("select", () => listing.draw());
  listing.choose({});
}
