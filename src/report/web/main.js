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

function foot(table) {
  const { header } = table;
  return [
    h("p", {}, `Made by Saccade ${header.version}. Sweep ${header.digest}. This file loads nothing from elsewhere.`),
    h("details", {}, h("summary", {}, "The sweep's file and those that it rests on"),
      h("ul", {}, header.files.map((file) => h("li", {}, h("code", {}, file)))), h("pre", {}, header.sweep)),
    h("p", {}, "Charts by Apache ECharts, under the Apache License 2.0, whose notice stands in this file."),
  ];
}

function start() {
  const table = decode(JSON.parse(document.getElementById("data").textContent));
  const state = new State(table);
  const charts = [];
  const app = {
    table,
    state,
    content: document.getElementById("content"),
    chart: (...options) => {
      const chart = new Chart(...options);
      charts.push(chart);
      return chart;
    },
  };
  document.title = `${table.header.name} – Saccade`;
  document.getElementById("top").append(head(table));
  document.getElementById("foot").append(...foot(table));
  state.selected = bestRow(state.ok, table.figure("edp_js"));
  for (const mount of [mountFilters, mountOverview, mountPareto, mountInspector, mountHeatmap, mountRoofline, mountSpeedup,
    mountBreakdowns, mountLayers, mountLatency, mountStatuses, mountTable]) mount(app);
  followTheme(state);
  window.saccade = { ready: false, state, table };
  allDrawn(charts).then(() => { window.saccade.ready = true; });
}

start();
