// All points by two figures, and the fronts that no point beats.
import { groupRows, minMax, paretoFront } from "./aggregate.js";
import { panel, select, toggle } from "./dom.js";
import { axisTitle, figureText } from "./format.js";
import { pointTip } from "./names.js";
import { axis, baseOption, colours, legend, levelColours, logAxis } from "./theme.js";

const SCALES = [
  ["log", "log"],
  ["value", "linear"],
];

/** Every point competes with every other. */
const ALL = "all";

/** [x, y, row] of rows that have both figures, and positive ones on logarithmic axes. */
function places(rows, choice, table) {
  const x = table.figure(choice.x).values;
  const y = table.figure(choice.y).values;
  const shown = (value, scale) => (scale === "log" ? value > 0 : !Number.isNaN(value));
  return rows
    .filter((row) => shown(x[row], choice.xScale) && shown(y[row], choice.yScale))
    .map((row) => [x[row], y[row], row]);
}

function clouds(app, choice, theme) {
  const { table, state } = app;
  const dim = table.dim(choice.colour);
  const colour = levelColours(dim, theme);
  const groups = groupRows(state.ok, (row) => dim.codes[row]);
  return dim.levels.map((_, code) => ({
    type: "scatter",
    name: dim.labels[code],
    large: true,
    largeThreshold: 1500,
    symbolSize: state.ok.length > 4000 ? 4 : 6,
    itemStyle: { color: colour[code], opacity: state.ok.length > 4000 ? 0.45 : 0.6 },
    data: places(groups.get(code) ?? [], choice, table),
    z: 2,
  }));
}

/** What competes with each other: [label, rows, colour] of all points, or by a dimension. No label
 *  where the colours of the legend tell them apart. */
function rivals(app, choice, theme) {
  const { table, state } = app;
  if (choice.front === ALL) return [["all points", state.ok, theme.ink]];
  const dim = table.dim(choice.front);
  const colour = levelColours(dim, theme);
  const coloured = choice.front === choice.colour;
  return [...groupRows(state.ok, (row) => dim.codes[row])].map(([code, rows]) => [
    coloured ? "" : dim.labels[code],
    rows,
    coloured ? colour[code] : theme.ink,
  ]);
}

/** The front of each set of points that compete with each other. */
function fronts(app, choice, theme) {
  const { table } = app;
  const dim = table.dim(choice.colour);
  const colour = levelColours(dim, theme);
  const sets = rivals(app, choice, theme);
  return sets.map(([label, rows, line]) => ({
    type: "line",
    step: "end",
    name: `front of ${label}`,
    lineStyle: { color: line, width: 1.5, type: "solid" },
    symbol: "circle",
    symbolSize: 8,
    showSymbol: true,
    showAllSymbol: true,
    data: places(
      paretoFront(rows, table.figure(choice.x), table.figure(choice.y)),
      choice,
      table,
    ).map((value, i) => ({
      value,
      itemStyle: { color: colour[dim.codes[value[2]]], borderColor: theme.ink, borderWidth: 1.2 },
      label: { show: i === 0 && sets.length > 1 && label !== "" },
    })),
    label: {
      show: false,
      formatter: () => label,
      color: theme.ink,
      fontWeight: 600,
      position: "bottom",
      distance: 8,
      textBorderColor: theme.card,
      textBorderWidth: 3,
    },
    z: 4,
  }));
}

function selectedRing(app, choice, theme) {
  const { table, state } = app;
  const rows = state.selected >= 0 && table.ok[state.selected] ? [state.selected] : [];
  return {
    id: "selected",
    type: "scatter",
    data: places(rows, choice, table),
    symbolSize: 18,
    silent: true,
    itemStyle: { color: "transparent", borderColor: theme.accent, borderWidth: 3 },
    z: 6,
  };
}

/** The axis of a figure over the dots of all clouds, whose values stand at `place`. */
function figureAxis(theme, name, scale, cloud, place, nameGap) {
  const values = cloud.flatMap(({ data }) => data.map((value) => value[place]));
  const options = {
    name: axisTitle(name),
    nameGap,
    axisLabel: { formatter: (value) => figureText(name, value) },
  };
  if (scale === "log" && values.length > 0) return logAxis(theme, minMax(values), options);
  return axis(theme, { ...options, type: "value", scale: true });
}

function option(app, choice) {
  const theme = colours();
  const { table } = app;
  const cloud = clouds(app, choice, theme);
  return {
    ...baseOption(theme),
    grid: { left: 80, right: 24, top: 40, bottom: 52 },
    legend: legend(theme, { data: cloud.map(({ name }) => name) }),
    tooltip: {
      ...baseOption(theme).tooltip,
      formatter: ({ value }) =>
        pointTip(table, value[2], [
          choice.x,
          choice.y,
          "latency_s",
          "energy_per_image_j",
          "edp_js",
        ]),
    },
    xAxis: figureAxis(theme, choice.x, choice.xScale, cloud, 0, 32),
    yAxis: figureAxis(theme, choice.y, choice.yScale, cloud, 1, 62),
    dataZoom: [
      { type: "inside", xAxisIndex: 0, zoomOnMouseWheel: "ctrl", filterMode: "none" },
      { type: "inside", yAxisIndex: 0, zoomOnMouseWheel: "ctrl", filterMode: "none" },
    ],
    series: [...cloud, ...fronts(app, choice, theme), selectedRing(app, choice, theme)],
  };
}

function controls(table, choice, draw) {
  const figures = table.figures.map((figure) => [figure.name, figure.label]);
  const dims = table.dims.filter((dim) => dim.levels.length > 1).map((dim) => [dim.key, dim.name]);
  const set = (field) => (value) => {
    choice[field] = value;
    draw();
  };
  return [
    select("x", figures, choice.x, set("x")),
    toggle("Scale of x", SCALES, choice.xScale, set("xScale")),
    select("y", figures, choice.y, set("y")),
    toggle("Scale of y", SCALES, choice.yScale, set("yScale")),
    dims.length ? select("colour", dims, choice.colour, set("colour")) : null,
    dims.length ? select("front of", [[ALL, "all points"], ...dims], choice.front, set("front")) : null,
  ].filter(Boolean);
}

/** The figure to start with: the wanted one if it is there. */
const startWith = (table, name, place) =>
  table.figure(name)?.given ? name : table.figures[place]?.name;

export function mountPareto(app) {
  const { table, state } = app;
  const varies = (key) => table.dim(key).levels.length > 1;
  const colour =
    ["technique", "workload"].find(varies) ??
    table.dims.find((dim) => dim.levels.length > 1)?.key ??
    "workload";
  const choice = {
    x: startWith(table, "latency_s", 0),
    y: startWith(table, "energy_per_image_j", 1),
    xScale: "log",
    yScale: "log",
    colour,
    front: varies("workload") ? "workload" : ALL,
  };
  const chart = app.chart("pareto", "Scatter of all simulated points with Pareto fronts", 500);
  const draw = () => {
    if (state.ok.length === 0) chart.words("No simulated point passes the filters.");
    else chart.draw(option(app, choice));
  };
  chart.onClick(({ value }) => state.select(value[2]));
  app.content.append(
    panel(
      {
        id: "pareto",
        title: "Trade-offs and Pareto front",
        hint:
          "A dot is a design. None of those that it competes with ('front of': its workload, all " +
          "points, a value of an axis) beats one on a line in both figures. Click a dot to look at " +
          "it; Ctrl and wheel zoom.",
        controls: controls(table, choice, draw),
        wide: "two-thirds",
      },
      chart.element,
    ),
  );
  state.on("filter theme", draw);
  state.on("select", () => chart.update({ series: [selectedRing(app, choice, colours())] }));
  draw();
}
