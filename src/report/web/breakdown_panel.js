// Where energy and area go, of several points beside each other.
import { bestOfEach } from "./aggregate.js";
import { panel, tip, toggle } from "./dom.js";
import { figureText, si } from "./format.js";
import { axesText, pointTitle } from "./names.js";
import { noDetails } from "./inspector.js";
import { axis, baseOption, colours, legend } from "./theme.js";

const SHOWN = 9;  // components with a colour of their own; the rest is "other"
const MOST_BARS = 24;

/** {component: value} of a point: energy of an image, or area. */
function partsOf(app, row, kind) {
  const { table } = app;
  const details = table.details(row);
  if (kind === "area") return details.area_breakdown_mm2;
  const images = table.figure("images").values[row];
  return Object.fromEntries(Object.entries(details.energy_breakdown_j).map(([component, parts]) =>
    [component, Object.values(parts).reduce((sum, value) => sum + value, 0) / images]));
}

/** Names of components by their sums, the largest first; those that get no colour are left out. */
function componentsOf(bars) {
  const sums = new Map();
  for (const { parts, total } of bars) {
    for (const [name, value] of Object.entries(parts)) sums.set(name, (sums.get(name) ?? 0) + value / total);
  }
  return [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a)).slice(0, SHOWN);
}

function barsOf(app, rows, kind) {
  return rows.map((row) => {
    const parts = partsOf(app, row, kind);
    const total = Object.values(parts).reduce((sum, value) => sum + value, 0);
    return { row, parts, total };
  }).filter(({ total }) => total > 0);
}

function valueOf(bar, component, components) {
  if (component !== "other") return bar.parts[component] ?? 0;
  return Object.entries(bar.parts).filter(([name]) => !components.includes(name)).reduce((sum, [, value]) => sum + value, 0);
}

function barTip(app, bar, name, components, text) {
  const { table } = app;
  const parts = [...components, "other"].map((component) => [component, valueOf(bar, component, components)])
    .filter(([, value]) => value > 0).sort((a, b) => b[1] - a[1]);
  const shares = parts.map(([component, value]) =>
    [component === name ? `▸ ${component}` : component, `${text(value)}  (${((100 * value) / bar.total).toFixed(1)} %)`]);
  return tip(`Point ${table.point[bar.row]}: ${text(bar.total)}`, [...shares, ["design", axesText(table, bar.row)]]);
}

function barName(table, row) {
  return `${pointTitle(table, row)}\n${axesText(table, row) || `point ${table.point[row]}`}`;
}

function option(app, bars, kind, share) {
  const theme = colours();
  const { table } = app;
  const components = componentsOf(bars);
  const rest = bars.some((bar) => valueOf(bar, "other", components) > 0) ? ["other"] : [];
  const unit = kind === "area" ? "mm²" : "J";
  const text = (value) => (kind === "area" ? figureText("area_mm2", value) : si(value, unit));
  const title = kind === "area" ? "Area" : "Energy per image";
  return {
    ...baseOption(theme),
    grid: { left: 170, right: 24, top: 40, bottom: 48 },
    legend: legend(theme),
    tooltip: { ...baseOption(theme).tooltip, formatter: ({ seriesName, dataIndex }) => barTip(app, bars[dataIndex], seriesName, components, text) },
    xAxis: axis(theme, { type: "value", name: share ? `Share of ${title.toLowerCase()} (%)` : `${title} (${unit})`, nameGap: 30, max: share ? 100 : undefined, axisLabel: { formatter: share ? "{value} %" : text } }),
    yAxis: axis(theme, { type: "category", inverse: true, data: bars.map(({ row }) => barName(table, row)), splitLine: { show: false }, axisLabel: { width: 156, overflow: "truncate", color: theme.ink, lineHeight: 14, fontSize: 11 } }),
    series: [...components, ...rest].map((component, i) => ({
      type: "bar",
      name: component,
      stack: "all",
      barMaxWidth: 26,
      itemStyle: { color: theme.series[i], borderColor: theme.card, borderWidth: 0.5 },
      data: bars.map((bar) => (share ? 100 / bar.total : 1) * valueOf(bar, component, components)),
    })),
  };
}

function rowsToShow(app, which) {
  const { table, state } = app;
  if (which === "chosen") return [...new Set([state.selected, ...state.pinned])].filter((row) => row >= 0);
  return bestOfEach(state.ok, [table.dim("workload"), table.dim("technique")], table.figure("edp_js"));
}

const WHY = {
  energy: "None of these points has an energy breakdown in this page.",
  area: "None of these points has an area breakdown in this page; FPGAs take resources instead of area.",
};

function drawOne(app, chart, kind, choice) {
  const rows = rowsToShow(app, choice.which);
  const known = rows.filter((row) => app.table.details(row)).slice(0, MOST_BARS);
  const bars = barsOf(app, known, kind);
  if (bars.length > 0) chart.draw(option(app, bars, kind, choice.scale === "share"), 110 + 42 * bars.length);
  else if (rows.length === 1) chart.words(...noDetails(app, rows[0]));
  else chart.words(rows.length ? WHY[kind] : "No simulated point passes the filters.");
  chart.rows = bars.map(({ row }) => row);
}

function leftOut(app, choice) {
  const rows = rowsToShow(app, choice.which);
  const without = rows.filter((row) => !app.table.details(row)).length;
  const what = choice.which === "best" ? "The best design by EDP of each workload and technique." : "The selected point and those that you pinned.";
  return `${what} Click a bar to select its point.${without ? ` ${without} without details in this page are left out.` : ""}`;
}

export function mountBreakdowns(app) {
  const { state } = app;
  const choice = { which: "best", scale: "absolute" };
  const charts = ["energy", "area"].map((kind) => ({ kind, chart: app.chart(kind, `${kind} by component`) }));
  const section = panel({
    id: "breakdowns",
    title: "Where energy and area go",
    hint: " ",
    controls: [
      toggle("Points", [["best", "best by EDP"], ["chosen", "selected and pinned"]], choice.which, (value) => { choice.which = value; draw(); }),
      toggle("Scale", [["absolute", "absolute"], ["share", "share"]], choice.scale, (value) => { choice.scale = value; draw(); }),
    ],
  });
  const body = document.createElement("div");
  body.className = "columns";
  body.append(...charts.map(({ chart }) => chart.element));
  section.append(body);
  const draw = () => {
    section.querySelector(".hint").textContent = leftOut(app, choice);
    for (const { chart, kind } of charts) drawOne(app, chart, kind, choice);
  };
  for (const { chart } of charts) chart.onClick(({ dataIndex }) => state.select(chart.rows[dataIndex]));
  app.content.append(section);
  state.on("filter theme", draw);
  state.on("select pin", () => choice.which === "chosen" && draw());
  draw();
}
