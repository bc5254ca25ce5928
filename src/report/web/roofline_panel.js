// Speed against the bytes that it costs, and the roofs above it.
import { minMax } from "./aggregate.js";
import { panel, tip, toggle } from "./dom.js";
import { si, thousands } from "./format.js";
import { noDetails } from "./inspector.js";
import { pointTip } from "./names.js";
import { roofLine } from "./roofline.js";
import { axis, baseOption, colours, legend, levelColours } from "./theme.js";

const intensityText = (value) => `${si(value)} MAC/B`;

/** Dots {x, y, name, group} of ops that compute, move bytes and take time; and how many do not. */
function opDots(app, details) {
  const { table, state } = app;
  const clock = table.figure("clock_hz").values[state.selected];
  const { ops } = details;
  const dots = [];
  let without = 0;
  ops.name.forEach((name, i) => {
    if (!ops.macs[i]) return;
    if (!details.dram_bytes[i] || !details.exclusive_cycles[i]) without += 1;
    else dots.push({ value: [ops.macs[i] / details.dram_bytes[i], (ops.macs[i] * clock) / details.exclusive_cycles[i]], name, group: ops.role[i], macs: ops.macs[i] });
  });
  return { dots, without };
}

function pointDots(app) {
  const { table, state } = app;
  const [macs, dram, run] = ["macs", "dram_bytes", "run_s"].map((name) => table.figure(name).values);
  const workload = table.dim("workload");
  return state.ok.filter((row) => macs[row] > 0 && dram[row] > 0 && run[row] > 0).map((row) =>
    ({ value: [macs[row] / dram[row], macs[row] / run[row], row], group: workload.labels[workload.codes[row]] }));
}

function roofSeries(app, dots, theme) {
  const { table, state } = app;
  const [peak, bandwidth] = ["peak_macs_per_s", "dram_peak_bytes_per_s"].map((name) => table.figure(name).values[state.selected]);
  const [low, high] = minMax([...dots.map(({ value }) => value[0]), peak / bandwidth]);
  return {
    type: "line",
    name: "roofs",
    data: roofLine(peak, bandwidth, low / 4, high * 4),
    symbol: "none",
    lineStyle: { color: theme.ink, width: 2 },
    silent: true,
    z: 5,
    endLabel: { show: true, formatter: `${si(peak, "MAC/s")}\n${si(bandwidth, "B/s")}`, align: "right", offset: [-6, -18], color: theme.ink, fontWeight: 600 },
  };
}

function dotSeries(dots, theme, size, coloursOf) {
  const names = [...new Set(dots.map((dot) => dot.group))];
  return names.map((name, i) => ({
    type: "scatter",
    name,
    large: dots.length > 2000,
    symbolSize: size,
    itemStyle: { color: coloursOf(name, i), opacity: dots.length > 2000 ? 0.4 : 0.75 },
    data: dots.filter((dot) => dot.group === name),
  }));
}

function option(app, dots, series, formatter) {
  const theme = colours();
  return {
    ...baseOption(theme),
    grid: { left: 84, right: 24, top: 44, bottom: 52 },
    legend: legend(theme),
    tooltip: { ...baseOption(theme).tooltip, formatter },
    xAxis: axis(theme, { type: "log", name: "Intensity (MACs per byte of DRAM)", nameGap: 32, axisLabel: { formatter: (value) => si(value) } }),
    yAxis: axis(theme, { type: "log", name: "Speed (MAC/s)", nameGap: 66, axisLabel: { formatter: (value) => si(value, "MAC/s") } }),
    series: [...series, roofSeries(app, dots, theme)],
  };
}

function drawOps(app, chart) {
  const { table, state } = app;
  const details = state.selected >= 0 ? table.details(state.selected) : null;
  if (!details) return chart.words(...noDetails(app, state.selected));
  const { dots, without } = opDots(app, details);
  if (dots.length === 0) return chart.words("No op of this point both computes and moves bytes of DRAM.");
  const theme = colours();
  chart.draw(option(app, dots, dotSeries(dots, theme, 9, (_, i) => theme.series[i % 10]), ({ data }) =>
    tip(data.name, [["role", data.group], ["intensity", intensityText(data.value[0])], ["speed", si(data.value[1], "MAC/s")], ["MACs", si(data.macs)]])));
  return without;
}

function drawPoints(app, chart) {
  const { table, state } = app;
  const dots = pointDots(app);
  if (dots.length === 0 || state.selected < 0 || !table.ok[state.selected]) return chart.words("Select a simulated point for its roofs, and filters that let points pass.");
  const theme = colours();
  const workload = table.dim("workload");
  const palette = levelColours(workload, theme);
  return chart.draw(option(app, dots, dotSeries(dots, theme, dots.length > 4000 ? 4 : 6, (name) => palette[workload.labels.indexOf(name)]),
    ({ data }) => pointTip(table, (data.value ?? data)[2], ["macs", "dram_bytes", "latency_s", "utilization"])));
}

export function mountRoofline(app) {
  const { state } = app;
  const choice = { mode: "ops" };
  const chart = app.chart("roofline", "Roofline of the selected point", 400);
  const section = panel({
    id: "roofline-panel",
    title: "Roofline",
    hint: " ",
    controls: [toggle("Dots", [["ops", "ops of the point"], ["points", "all points"]], choice.mode, (value) => { choice.mode = value; draw(); })],
    wide: "half",
  }, chart.element);
  const hint = section.querySelector(".hint");
  const draw = () => {
    if (choice.mode === "points") {
      drawPoints(app, chart);
      hint.textContent = "Every design of the sweep under the roofs of the selected one.";
      return;
    }
    const without = drawOps(app, chart);
    hint.textContent = `Speed over the time that an op alone held up the run: ops that overlap others may stand above the roofs.${without ? ` ${thousands(without)} ops without DRAM traffic or time of their own are not shown.` : ""}`;
  };
  app.content.append(section);
  state.on("select theme", draw);
  state.on("filter", () => choice.mode === "points" && draw());
  draw();
}
