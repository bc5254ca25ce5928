// Puts the page together.
import { bestRow } from "./aggregate.js";
import { mountBreakdowns } from "./breakdown_panel.js";
import { Chart, allDrawn } from "./chart.js";
import { decode } from "./data.js";
import { h } from "./dom.js";
import { mountFilters } from "./filters.js";
import { mountHeatmap } from "./heatmap_panel.js";
import { mountInspector } from "./inspector.js";
import { mountLatency } from "./latency_panel.js";
import { mountLayers } from "./layers_panel.js";
import { head, mountOverview, mountStatuses } from "./overview.js";
import { axesText, pointTitle } from "./names.js";
import { mountPareto } from "./pareto_panel.js";
import { mountRoofline } from "./roofline_panel.js";
import { mountSpeedup } from "./speedup_panel.js";
import { State } from "./state.js";
import { mountTable } from "./table_panel.js";

/** Draws anew when the colours change: another scheme, or paper. */
function followTheme(state) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => state.emit("theme"));
  const paper = (on) => () => {
    document.documentElement.classList.toggle("paper", on);
    state.emit("theme");
  };
  addEventListener("beforeprint", paper(true));
  addEventListener("afterprint", paper(false));
}

/** Heads the charts of the selected point. */
function mountSelectedTitle(app) {
  const { table, state } = app;
  const name = h("p", { class: "hint" });
  const show = () => {
    const row = state.selected;
    name.textContent =
      row < 0
        ? "none yet"
        : [`point ${table.point[row]}`, pointTitle(table, row), axesText(table, row)]
            .filter(Boolean)
            .join(" · ");
  };
  app.content.append(h("div", { class: "section-title" }, h("h2", {}, "The selected point"), name));
  state.on("select", show);
  show();
}

function mountPointsTitle(app) {
  app.content.append(h("div", { class: "section-title" }, h("h2", {}, "All points")));
}

function foot(table) {
  const { header } = table;
  return [
    h(
      "p",
      {},
      `Made by Saccade ${header.version}; sweep ${header.digest}. This file loads nothing.`,
    ),
    h(
      "details",
      {},
      h("summary", {}, "The sweep's file and those that it rests on"),
      h(
        "ul",
        {},
        header.files.map((file) => h("li", {}, h("code", {}, file))),
      ),
      h("pre", {}, header.sweep),
    ),
    h(
      "p",
      {},
      "Charts by Apache ECharts, under the Apache License 2.0, whose notice stands in this file.",
    ),
  ];
}

const PARTS = [
  mountFilters,
  mountOverview,
  mountPareto,
  mountInspector,
  mountHeatmap,
  mountSpeedup,
  mountBreakdowns,
  mountSelectedTitle,
  mountLayers,
  mountRoofline,
  mountLatency,
  mountPointsTitle,
  mountStatuses,
  mountTable,
];

function start() {
  const table = decode(JSON.parse(document.getElementById("data").textContent));
  const state = new State(table);
  const charts = [];
  const chart = (...options) => {
    charts.push(new Chart(...options));
    return charts[charts.length - 1];
  };
  const app = { table, state, chart, content: document.getElementById("content") };
  document.title = `${table.header.name} – Saccade`;
  document.getElementById("top").append(head(table));
  document.getElementById("foot").append(...foot(table));
  state.selected = bestRow(state.ok, table.figure("edp_js"));
  for (const mount of PARTS) mount(app);
  followTheme(state);
  window.saccade = { ready: false, state, table };
  allDrawn(charts).then(() => {
    window.saccade.ready = true;
  });
}

start();
