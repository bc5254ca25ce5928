// Where the time of the selected point went, op by op.
import { opGroups } from "./aggregate.js";
import { panel, tip, toggleOf } from "./dom.js";
import { bytes, si, thousands } from "./format.js";
import { noDetails } from "./inspector.js";
import { axis, baseOption, colours, legend, tooltip, workColour } from "./theme.js";

/** Kinds of work in the order of the bars' parts. */
const WORK = [
  "ideal",
  "quantisation",
  "fill_drain",
  "nonlinear",
  "interconnect",
  "dram",
  "decision",
];

const GROUPINGS = {
  op: (ops, i) => ops.name[i],
  block: (ops, i) => (ops.block[i] < 0 ? ops.role[i] : `block ${ops.block[i]}`),
  role: (ops, i) => ops.role[i],
};

const workName = (kind) => (kind === "dram" ? "DRAM" : kind.replace("_", " and "));

function groupTip(name, group, seconds, kinds) {
  const shares = kinds
    .filter((kind) => group.work[kind] > 0)
    .map((kind) => {
      const percent = ((100 * group.work[kind]) / group.cycles).toFixed(1);
      return [workName(kind), `${si(group.work[kind] * seconds, "s")}  (${percent} %)`];
    });
  return tip(`${name}: ${si(group.cycles * seconds, "s")}`, [
    ...shares,
    ["MACs", si(group.macs, "")],
    ["DRAM", bytes(group.dram_bytes)],
    ["energy", si(group.energy_j, "J")],
    ["ops", thousands(group.ops)],
  ]);
}

const MANY = 60; // bars that need a slider

function axesOf(theme, names) {
  const slanted = names.length > 10;
  const slider = { type: "slider", height: 18, bottom: 8, borderColor: theme.line };
  return {
    grid: { left: 76, right: 16, top: 40, bottom: names.length > MANY ? 118 : slanted ? 64 : 40 },
    xAxis: axis(theme, {
      type: "category",
      data: names,
      axisLabel: { rotate: slanted ? 45 : 0, fontSize: 11, width: 96, overflow: "truncate" },
    }),
    yAxis: axis(theme, {
      type: "value",
      name: "Exclusive time (s)",
      nameGap: 58,
      axisLabel: { formatter: (value) => si(value, "s") },
    }),
    dataZoom: names.length > MANY ? [{ ...slider, textStyle: { color: theme.muted } }] : [],
  };
}

function kindsOf(details, groups) {
  const others = Object.keys(details.work).filter((kind) => !WORK.includes(kind));
  return [...WORK, ...others].filter((kind) => groups.some(([, group]) => group.work[kind] > 0));
}

function option(app, details, by) {
  const theme = colours();
  const seconds = 1 / app.table.figure("clock_hz").values[app.state.selected];
  const groups = [...opGroups(details, GROUPINGS[by])];
  const kinds = kindsOf(details, groups);
  return {
    ...baseOption(theme),
    ...axesOf(
      theme,
      groups.map(([name]) => name),
    ),
    legend: legend(theme, { data: kinds.map(workName) }),
    tooltip: tooltip(theme, {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: ([{ dataIndex }]) => groupTip(...groups[dataIndex], seconds, kinds),
    }),
    series: kinds.map((kind) => ({
      type: "bar",
      name: workName(kind),
      stack: "work",
      barCategoryGap: groups.length > MANY ? "8%" : "24%",
      barMaxWidth: 64,
      itemStyle: { color: workColour(kind, theme) },
      data: groups.map(([, group]) => (group.work[kind] ?? 0) * seconds),
    })),
  };
}

const BY = Object.keys(GROUPINGS).map((name) => [name, name]);

export function mountLayers(app) {
  const { table, state } = app;
  const choice = { by: "block" };
  const chart = app.chart("layers", "Time of the selected point by op and cause", 400);
  const draw = () => {
    const details = state.selected >= 0 ? table.details(state.selected) : null;
    if (!details) chart.words(...noDetails(app, state.selected));
    else if (!details.ops.name.length) chart.words("This point has no ops.");
    else chart.draw(option(app, details, choice.by));
  };
  app.content.append(
    panel(
      {
        id: "layers",
        title: "Time by layer and cause",
        hint:
          "Ops overlap; every cycle counts for the one that held up the run, so that bars sum up " +
          "to the run. Ideal is every processing element at work, quantisation arrays only " +
          "partly filled, nonlinear softmax, normalisation and activations.",
        controls: [toggleOf("Group by", BY, choice, "by", () => draw())],
      },
      chart.element,
    ),
  );
  state.on("select theme", draw);
  draw();
}
