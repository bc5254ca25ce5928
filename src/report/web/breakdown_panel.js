// Where energy and area go, of several points beside each other.
import { bestOfEach } from "./aggregate.js";
import { columns, hintOf, panel, tip, toggleOf } from "./dom.js";
import { figureText, si } from "./format.js";
import { dimRows } from "./names.js";
import { noDetails } from "./inspector.js";
import { axis, baseOption, colours, legend, tooltip } from "./theme.js";

const SHOWN = 9; // components with a colour of their own; the rest is "other"
const MOST_BARS = 24;

/** {component: value} of a point: energy of an image, or area. */
function partsOf(app, row, kind) {
  const { table } = app;
  const details = table.details(row);
  if (kind === "area") return details.area_breakdown_mm2;
  const images = table.figure("images").values[row];
  return Object.fromEntries(
    Object.entries(details.energy_breakdown_j).map(([component, parts]) => [
      component,
      Object.values(parts).reduce((sum, value) => sum + value, 0) / images,
    ]),
  );
}

/** Names of components by their sums, the largest first; those that get no colour are left out. */
function componentsOf(bars) {
  const sums = new Map();
  for (const { parts, total } of bars) {
    for (const [name, value] of Object.entries(parts))
      sums.set(name, (sums.get(name) ?? 0) + value / total);
  }
  return [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a)).slice(0, SHOWN);
}

function barsOf(app, rows, kind) {
  return rows
    .map((row) => {
      const parts = partsOf(app, row, kind);
      const total = Object.values(parts).reduce((sum, value) => sum + value, 0);
      return { row, parts, total };
    })
    .filter(({ total }) => total > 0);
}

function valueOf(bar, component, components) {
  if (component !== "other") return bar.parts[component] ?? 0;
  return Object.entries(bar.parts)
    .filter(([name]) => !components.includes(name))
    .reduce((sum, [, value]) => sum + value, 0);
}

function barTip(app, bar, name, components, text) {
  const { table } = app;
  const parts = [...components, "other"]
    .map((component) => [component, valueOf(bar, component, components)])
    .filter(([, value]) => value > 0)
    .sort((a, b) => b[1] - a[1]);
  const shares = parts.map(([component, value]) => [
    component === name ? `▸ ${component}` : component,
    `${text(value)}  (${((100 * value) / bar.total).toFixed(1)} %)`,
  ]);
  return tip(`Point ${table.point[bar.row]}: ${text(bar.total)}`, [
    ...shares,
    ...dimRows(table, bar.row),
  ]);
}

/** Technique and workload in two lines; that of a chosen point has its number, too. */
function barName(table, row, which) {
  const [workload, technique] = ["workload", "technique"]
    .map((key) => table.dim(key))
    .map((dim) => dim.labels[dim.codes[row]]);
  return which === "best"
    ? `${technique}\n${workload}`
    : `point ${table.point[row]}\n${technique} · ${workload}`;
}

/** Components keep their colours from one chart to the other. */
function colourOf(app, component, theme) {
  if (component === "other") return theme.other;
  if (!app.componentColours.has(component))
    app.componentColours.set(component, app.componentColours.size);
  return theme.series[app.componentColours.get(component) % theme.series.length];
}

const KINDS = {
  energy: { title: "Energy per image", unit: "J", text: (value) => si(value, "J") },
  area: { title: "Area", unit: "mm²", text: (value) => figureText("area_mm2", value) },
};

function axesOf(app, theme, bars, { title, unit, text }, choice) {
  const share = choice.scale === "share";
  return {
    xAxis: axis(theme, {
      type: "value",
      name: share ? `Share of ${title.toLowerCase()} (%)` : `${title} (${unit})`,
      nameGap: 30,
      max: share ? 100 : undefined,
      axisLabel: { formatter: share ? "{value} %" : text },
    }),
    yAxis: axis(theme, {
      type: "category",
      inverse: true,
      data: bars.map(({ row }) => barName(app.table, row, choice.which)),
      splitLine: { show: false },
      axisLabel: {
        width: 138,
        overflow: "truncate",
        color: theme.ink,
        lineHeight: 14,
        fontSize: 11,
      },
    }),
  };
}

function option(app, bars, kind, choice) {
  const theme = colours();
  const components = componentsOf(bars);
  const rest = bars.some((bar) => valueOf(bar, "other", components) > 0) ? ["other"] : [];
  const scale = (bar) => (choice.scale === "share" ? 100 / bar.total : 1);
  return {
    ...baseOption(theme),
    grid: { left: 150, right: 24, top: 66, bottom: 48 },
    legend: legend(theme, { type: "plain" }),
    tooltip: tooltip(theme, {
      formatter: ({ seriesName, dataIndex }) =>
        barTip(app, bars[dataIndex], seriesName, components, KINDS[kind].text),
    }),
    ...axesOf(app, theme, bars, KINDS[kind], choice),
    series: [...components, ...rest].map((component) => ({
      type: "bar",
      name: component,
      stack: "all",
      barMaxWidth: 26,
      itemStyle: {
        color: colourOf(app, component, theme),
        borderColor: theme.card,
        borderWidth: 0.5,
      },
      data: bars.map((bar) => scale(bar) * valueOf(bar, component, components)),
    })),
  };
}

function rowsToShow(app, which) {
  const { table, state } = app;
  if (which === "chosen")
    return [...new Set([state.selected, ...state.pinned])].filter((row) => row >= 0);
  return bestOfEach(
    state.ok,
    [table.dim("workload"), table.dim("technique")],
    table.figure("edp_js"),
  );
}

const WHY = {
  energy: "None of these points has an energy breakdown in this page.",
  area: "None of these points has an area breakdown in this page; FPGAs have no area.",
};

function drawOne(app, chart, kind, choice) {
  const rows = rowsToShow(app, choice.which);
  const known = rows.filter((row) => app.table.details(row)).slice(0, MOST_BARS);
  const bars = barsOf(app, known, kind);
  if (bars.length > 0) chart.draw(option(app, bars, kind, choice), 136 + 42 * bars.length);
  else if (rows.length === 1) chart.words(...noDetails(app, rows[0]));
  else chart.words(rows.length ? WHY[kind] : "No simulated point passes the filters.");
  chart.rows = bars.map(({ row }) => row);
}

function hintText(app, choice) {
  const rows = rowsToShow(app, choice.which);
  const without = rows.filter((row) => !app.table.details(row)).length;
  const what =
    choice.which === "best"
      ? "The best design by EDP of each workload and technique."
      : "The selected point and those that you pinned.";
  const rest = without ? ` ${without} without details in this page are left out.` : "";
  return `${what} Click a bar to select its point.${rest}`;
}

const WHICH = [
  ["best", "best by EDP"],
  ["chosen", "selected and pinned"],
];
const SCALES = [
  ["absolute", "absolute"],
  ["share", "share"],
];

export function mountBreakdowns(app) {
  const { state } = app;
  const choice = { which: "best", scale: "absolute" };
  app.componentColours = new Map();
  const charts = Object.keys(KINDS).map((kind) => ({
    kind,
    chart: app.chart(kind, `${KINDS[kind].title} by component`),
  }));
  const redraw = () => draw();
  const section = panel(
    {
      id: "breakdowns",
      title: "Where energy and area go",
      hint: " ",
      controls: [
        toggleOf("Points", WHICH, choice, "which", redraw),
        toggleOf("Scale", SCALES, choice, "scale", redraw),
      ],
    },
    columns(charts.map(({ chart }) => chart.element)),
  );
  const draw = () => {
    hintOf(section).textContent = hintText(app, choice);
    for (const { chart, kind } of charts) drawOne(app, chart, kind, choice);
  };
  for (const { chart } of charts) {
    chart.onClick(({ dataIndex }) => state.select(chart.rows[dataIndex]));
  }
  app.content.append(section);
  state.on("filter theme", draw);
  state.on("select pin", () => choice.which === "chosen" && draw());
  draw();
}
