// Everything about the selected point.
import { copyButton, h } from "./dom.js";
import { figureText, si } from "./format.js";
import { pointTitle } from "./names.js";

const FIRST = ["latency_s", "energy_per_image_j", "edp_js", "area_mm2", "power_w", "throughput_images_per_s",
  "utilization", "accuracy_top1_percent"];

function figureRows(table, row, names) {
  return names.map((name) => table.figure(name))
    .filter((figure) => figure?.given && !Number.isNaN(figure.values[row]))
    .map((figure) => h("tr", { title: figure.help },
      h("th", { scope: "row" }, figure.label), h("td", {}, figureText(figure.name, figure.values[row], 4))));
}

const dimRows = (dims, row) => dims.map((dim) => h("tr", { title: dim.axis ? dim.axis.pointers.join(", ") : undefined },
  h("th", { scope: "row" }, dim.name), h("td", {}, dim.labels[dim.codes[row]])));

/** Commands that show more of a point. */
function commands(table, row) {
  const point = table.point[row];
  return [`saccade report STORE.db --point ${point} --json point${point}.json`]
    .map((line) => h("div", { class: "command" }, h("code", {}, line), copyButton(line)));
}

function units(details) {
  const busy = Object.entries(details.unit_utilization).sort((a, b) => b[1] - a[1]);
  return h("details", {}, h("summary", {}, "Busy share of units"),
    h("table", { class: "pairs" }, busy.map(([name, share]) => h("tr", {}, h("th", { scope: "row" }, name),
      h("td", {}, h("span", { class: "meter", style: `--share:${Math.min(1, share)}` }), `${(100 * share).toPrecision(3)} %`)))));
}

function body(app, row) {
  const { table } = app;
  const details = table.details(row);
  const all = table.figures.map((figure) => figure.name);
  const status = table.status[row];
  return [
    status === "ok" ? null : h("p", { class: "message" }, h("i", { class: `s-${status}` }), h("b", {}, status), `: ${table.message[row]}`),
    h("table", { class: "pairs strong" }, figureRows(table, row, FIRST)),
    h("h3", {}, "Design"),
    h("table", { class: "pairs" }, dimRows(table.dims, row)),
    table.ok[row] ? h("details", {}, h("summary", {}, "All figures"), h("table", { class: "pairs" }, figureRows(table, row, all))) : null,
    details ? units(details) : null,
    details?.notes.length ? h("details", {}, h("summary", {}, `Notes (${details.notes.length})`),
      h("ul", {}, details.notes.map((note) => h("li", {}, note)))) : null,
    h("h3", {}, "Look closer"),
    commands(table, row),
    h("p", { class: "hint hash" }, "inputs ", h("code", {}, table.hash[row])),
  ];
}

function pins(app) {
  const { table, state } = app;
  if (state.pinned.length === 0) return null;
  return h("div", { class: "pins" }, h("h3", {}, "Pinned"), h("ul", {}, state.pinned.map((row) => h("li", {},
    h("button", { type: "button", class: "quiet", onclick: () => state.select(row) }, `point ${table.point[row]}`),
    ` ${si(table.figure("edp_js").values[row], "J·s")}`,
    h("button", { type: "button", class: "quiet", "aria-label": `Unpin point ${table.point[row]}`, onclick: () => state.togglePin(row) }, "×")))));
}

/** What the panels on one point say when the page has no details of it. */
export function noDetails(app, row) {
  const { table } = app;
  if (row < 0) return ["No point is selected."];
  if (!table.ok[row]) return [`Point ${table.point[row]} was not simulated (${table.status[row]}).`];
  return [`This page has no details of point ${table.point[row]}, only its figures: it is neither among the best nor on the Pareto front. The store may have them: `,
    commands(table, row)[0]];
}

export function mountInspector(app) {
  const { table, state } = app;
  const element = h("aside", { class: "panel inspector", id: "inspector", "aria-label": "Selected point", "aria-live": "polite" });
  const show = () => {
    const row = state.selected;
    if (row < 0) {
      element.replaceChildren(h("p", { class: "words" }, "Click a point of a chart to see all about it."));
      return;
    }
    const pinned = state.pinned.includes(row);
    element.replaceChildren(
      h("div", { class: "inspector-head" },
        h("div", {}, h("p", { class: "eyebrow" }, `Point ${table.point[row]}`), h("h2", {}, pointTitle(table, row))),
        h("button", { type: "button", id: "pin", "aria-pressed": String(pinned), title: "Keep it in the breakdowns, beside others", onclick: () => state.togglePin(row) }, pinned ? "Pinned" : "Pin")),
      h("div", { class: "inspector-body", tabindex: "0" }, ...body(app, row).flat().filter(Boolean), ...[pins(app)].filter(Boolean)));
  };
  app.content.append(element);
  state.on("select pin", show);
  show();
}
