// Everything about the selected point.
import { copyButton, h, replace } from "./dom.js";
import { figureText, si } from "./format.js";
import { MAIN_FIGURES, pointTitle } from "./names.js";

function figureRows(table, row, names) {
  return names
    .map((name) => table.figure(name))
    .filter((figure) => figure?.given && !Number.isNaN(figure.values[row]))
    .map((figure) =>
      h(
        "tr",
        { title: figure.help },
        h("th", { scope: "row" }, figure.label),
        h("td", {}, figureText(figure.name, figure.values[row], 4)),
      ),
    );
}

const dimRows = (dims, row) =>
  dims.map((dim) =>
    h(
      "tr",
      { title: dim.axis ? dim.axis.pointers.join(", ") : undefined },
      h("th", { scope: "row" }, dim.name),
      h("td", {}, dim.labels[dim.codes[row]]),
    ),
  );

/** Commands that show more of a point. */
function commands(table, row) {
  const point = table.point[row];
  return [`saccade report STORE.db --point ${point} --json point${point}.json`].map((line) =>
    h("div", { class: "command" }, h("code", {}, line), copyButton(line)),
  );
}

function units(details) {
  const busy = Object.entries(details.unit_utilization).sort((a, b) => b[1] - a[1]);
  return h(
    "details",
    {},
    h("summary", {}, "Busy share of units"),
    h(
      "table",
      { class: "pairs" },
      busy.map(([name, share]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          h(
            "td",
            {},
            h("span", { class: "meter", style: `--share:${Math.min(1, share)}` }),
            `${(100 * share).toPrecision(3)} %`,
          ),
        ),
      ),
    ),
  );
}

const more = (title, ...content) => h("details", {}, h("summary", {}, title), content);

const pairs = (rows) => h("table", { class: "pairs" }, rows);

function notes(details) {
  const lines = details.notes.map((note) => h("li", {}, note));
  return lines.length ? more(`Notes (${lines.length})`, h("ul", {}, lines)) : null;
}

/** Why a point has no figures. */
function reason(table, row) {
  const status = table.status[row];
  if (status === "ok") return null;
  const mark = h("i", { class: `s-${status}` });
  return h("p", { class: "message" }, mark, h("b", {}, status), `: ${table.message[row]}`);
}

function body(app, row) {
  const { table } = app;
  const details = table.details(row);
  const all = table.figures.map((figure) => figure.name);
  return [
    reason(table, row),
    h("table", { class: "pairs strong" }, figureRows(table, row, MAIN_FIGURES)),
    h("h3", {}, "Design"),
    pairs(dimRows(table.dims, row)),
    table.ok[row] ? more("All figures", pairs(figureRows(table, row, all))) : null,
    details ? units(details) : null,
    details ? notes(details) : null,
    h("h3", {}, "Look closer"),
    commands(table, row),
    h("p", { class: "hint hash" }, "inputs ", h("code", {}, table.hash[row])),
  ];
}

function pins(app) {
  const { table, state } = app;
  if (state.pinned.length === 0) return null;
  return h(
    "div",
    { class: "pins" },
    h("h3", {}, "Pinned"),
    h(
      "ul",
      {},
      state.pinned.map((row) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "quiet", onclick: () => state.select(row) },
            `point ${table.point[row]}`,
          ),
          ` ${si(table.figure("edp_js").values[row], "J·s")}`,
          h(
            "button",
            {
              type: "button",
              class: "quiet",
              "aria-label": `Unpin point ${table.point[row]}`,
              onclick: () => state.togglePin(row),
            },
            "×",
          ),
        ),
      ),
    ),
  );
}

/** What the panels on one point say when the page has no details of it. */
export function noDetails(app, row) {
  const { table } = app;
  if (row < 0) return ["No point is selected."];
  if (!table.ok[row])
    return [`Point ${table.point[row]} was not simulated (${table.status[row]}).`];
  return [
    `This page has no details of point ${table.point[row]}, only its figures: it is neither ` +
      "among the best nor on the Pareto front, or the page was full. The store may have them: ",
    commands(table, row)[0],
  ];
}

function headOf(app, row) {
  const { table, state } = app;
  const pinned = state.pinned.includes(row);
  const pin = {
    type: "button",
    id: "pin",
    "aria-pressed": String(pinned),
    title: "Keep it in the breakdowns, beside others",
    onclick: () => state.togglePin(row),
  };
  const number = h("p", { class: "eyebrow" }, `Point ${table.point[row]}`);
  return h(
    "div",
    { class: "inspector-head" },
    h("div", {}, number, h("h2", {}, pointTitle(table, row))),
    h("button", pin, pinned ? "Pinned" : "Pin"),
  );
}

export function mountInspector(app) {
  const { state } = app;
  const element = h("aside", {
    class: "panel inspector",
    id: "inspector",
    "aria-label": "Selected point",
    "aria-live": "polite",
  });
  const show = () => {
    const row = state.selected;
    if (row < 0) {
      replace(element, h("p", { class: "words" }, "Click a point of a chart to see all about it."));
      return;
    }
    const content = [...body(app, row), pins(app)];
    replace(
      element,
      headOf(app, row),
      h("div", { class: "inspector-body", tabindex: "0" }, content.flat()),
    );
  };
  app.content.append(element);
  state.on("select pin", show);
  show();
}
