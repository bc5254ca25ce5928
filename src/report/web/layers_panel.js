// Where the time of the selected point went, op by op.
import { opGroups } from "./aggregate.js";
import { panel, tip, toggle } from "./dom.js";
import { bytes, si, thousands } from "./format.js";
import { noDetails } from "./inspector.js";
import { axis, baseOption, colours, legend, workColour } from "./theme.js";

/** Why time passes, in words; order of the bars' parts. */
const WORK = {
  ideal: "every processing element at work",
  quantisation: "arrays only partly filled",
  fill_drain: "arrays filling and draining",
  nonlinear: "softmax, normalisation, activations",
  interconnect: "transfers to PEs, ports and networks",
  dram: "transfers between DRAM and buffers",
  decision: "decisions on what to infer",
};

const GROUPINGS = {
  op: (ops, i) => ops.name[i],
  block: (ops, i) => (ops.block[i] < 0 ? ops.role[i] : `block ${ops.block[i]}`),
  role: (ops, i) => ops.role[i],
};

const workName = (kind) => kind.replace("_", " and ");

function groupTip(name, group, seconds, kinds) {
  const shares = kinds.filter((kind) => group.work[kind] > 0).map((kind) =>
    [workName(kind), `${si(group.work[kind] * seconds, "s")}  (${((100 * group.work[kind]) / group.cycles).toFixed(1)} %)`]);
  return tip(`${name}: ${si(group.cycles * seconds, "s")}`, [...shares, ["MACs", si(group.macs, "")],
    ["DRAM", bytes(group.dram_bytes)], ["energy", si(group.energy_j, "J")], ["ops", thousands(group.ops)]]);
}

function option(app, details, by) {
  const theme = colours();
  const seconds = 1 / app.table.figure("clock_hz").values[app.state.selected];
  const groups = [...opGroups(details, GROUPINGS[by])];
  const kinds = [...Object.keys(WORK), ...Object.keys(details.work).filter((kind) => !(kind in WORK))]
    .filter((kind) => groups.some(([, group]) => group.work[kind] > 0));
  const many = groups.length > 60;
  return {
    ...baseOption(theme),
    grid: { left: 76, right: 16, top: 40, bottom: many ? 118 : 84 },
    legend: legend(theme, { data: kinds.map(workName) }),
    tooltip: { ...baseOption(theme).tooltip, trigger: "axis", axisPointer: { type: "shadow" }, formatter: ([{ dataIndex }]) => groupTip(groups[dataIndex][0], groups[dataIndex][1], seconds, kinds) },
    xAxis: axis(theme, { type: "category", data: groups.map(([name]) => name), axisLabel: { rotate: groups.length > 10 ? 45 : 0, fontSize: 11, width: 96, overflow: "truncate" } }),
    yAxis: axis(theme, { type: "value", name: "Exclusive time (s)", nameGap: 58, axisLabel: { formatter: (value) => si(value, "s") } }),
    dataZoom: many ? [{ type: "slider", height: 18, bottom: 8, borderColor: theme.line, textStyle: { color: theme.muted } }] : [],
    series: kinds.map((kind) => ({
      type: "bar",
      name: workName(kind),
      stack: "work",
      barCategoryGap: many ? "8%" : "24%",
      barMaxWidth: 64,
      itemStyle: { color: workColour(kind, theme) },
      data: groups.map(([, group]) => (group.work[kind] ?? 0) * seconds),
    })),
  };
}

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
  app.content.append(panel({
    id: "layers",
    title: "Time by layer and cause",
    hint: "Of the selected point. Ops overlap; every cycle counts for the one that held up the run, so that bars sum up to the run.",
    controls: [toggle("Group by", [["op", "op"], ["block", "block"], ["role", "role"]], choice.by, (value) => { choice.by = value; draw(); })],
  }, chart.element));
  state.on("select theme", draw);
  draw();
}
