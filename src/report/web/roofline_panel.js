// Speed against the bytes that it costs, and the roofs above it.
import { minMax } from "./aggregate.js";
import { hintOf, panel, tip, toggleOf } from "./dom.js";
import { si, thousands } from "./format.js";
import { noDetails } from "./inspector.js";
import { pointTip } from "./names.js";
import { roofLine } from "./roofline.js";
import { baseOption, colours, legend, levelColours, logAxis } from "./theme.js";

const intensityText = (value) => `${Number(value.toPrecision(3))} MAC/B`;

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
    else
      dots.push({
        value: [
          ops.macs[i] / details.dram_bytes[i],
          (ops.macs[i] * clock) / details.exclusive_cycles[i],
        ],
        name,
        group: ops.role[i],
        macs: ops.macs[i],
      });
  });
  return { dots, without };
}

function pointDots(app) {
  const { table, state } = app;
  const [macs, dram, run] = ["macs", "dram_bytes", "run_s"].map(
    (name) => table.figure(name).values,
  );
  const workload = table.dim("workload");
  return state.ok
    .filter((row) => macs[row] > 0 && dram[row] > 0 && run[row] > 0)
    .map((row) => ({
      value: [macs[row] / dram[row], macs[row] / run[row], row],
      group: workload.labels[workload.codes[row]],
    }));
}

/** Names the roofs at their ends. */
function labelled(line, first, last) {
  const text = (formatter, position) => ({ show: true, formatter, position, distance: 8 });
  return line.map((value, i) => {
    if (i === 0) return { value, label: text(first, "right") };
    return i === line.length - 1
      ? { value, label: { ...text(last, "top"), align: "right" } }
      : { value };
  });
}

function roofSeries(app, dots, theme) {
  const { table, state } = app;
  const [peak, bandwidth] = ["peak_macs_per_s", "dram_peak_bytes_per_s"].map(
    (name) => table.figure(name).values[state.selected],
  );
  const [low, high] = minMax([...dots.map(({ value }) => value[0]), peak / bandwidth]);
  return {
    type: "line",
    name: "roofs",
    data: labelled(
      roofLine(peak, bandwidth, low / 2, high * 2),
      si(bandwidth, "B/s"),
      si(peak, "MAC/s"),
    ),
    symbol: "circle",
    symbolSize: 1,
    label: { color: theme.ink, fontWeight: 600, textBorderColor: theme.card, textBorderWidth: 3 },
    lineStyle: { color: theme.ink, width: 2 },
    silent: true,
    z: 5,
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
  const roofs = roofSeries(app, dots, theme);
  const ends = [0, 1].map((place) =>
    minMax([...dots, ...roofs.data].map(({ value }) => value[place])),
  );
  return {
    ...baseOption(theme),
    grid: { left: 90, right: 24, top: 44, bottom: 52 },
    legend: legend(theme, { data: series.map(({ name }) => name) }),
    tooltip: { ...baseOption(theme).tooltip, formatter },
    xAxis: logAxis(theme, ends[0], {
      name: "Intensity (MACs per byte of DRAM)",
      nameGap: 32,
      axisLabel: { formatter: (value) => Number(value.toPrecision(3)) },
    }),
    yAxis: logAxis(theme, ends[1], {
      name: "Speed (MAC/s)",
      nameGap: 70,
      axisLabel: { formatter: (value) => si(value, "MAC/s") },
    }),
    series: [...series, roofs],
  };
}

function drawOps(app, chart) {
  const { table, state } = app;
  const details = state.selected >= 0 ? table.details(state.selected) : null;
  if (!details) return chart.words(...noDetails(app, state.selected));
  const { dots, without } = opDots(app, details);
  if (dots.length === 0)
    return chart.words("No op of this point both computes and moves bytes of DRAM.");
  const theme = colours();
  chart.draw(
    option(
      app,
      dots,
      dotSeries(dots, theme, 9, (_, i) => theme.series[i % theme.series.length]),
      ({ data }) =>
        tip(data.name, [
          ["role", data.group],
          ["intensity", intensityText(data.value[0])],
          ["speed", si(data.value[1], "MAC/s")],
          ["MACs", si(data.macs)],
        ]),
    ),
  );
  return without;
}

function drawPoints(app, chart) {
  const { table, state } = app;
  const dots = pointDots(app);
  if (dots.length === 0 || state.selected < 0 || !table.ok[state.selected])
    return chart.words("Select a simulated point for its roofs, and filters that let points pass.");
  const theme = colours();
  const workload = table.dim("workload");
  const palette = levelColours(workload, theme);
  return chart.draw(
    option(
      app,
      dots,
      dotSeries(
        dots,
        theme,
        dots.length > 4000 ? 4 : 6,
        (name) => palette[workload.labels.indexOf(name)],
      ),
      ({ data }) =>
        pointTip(table, (data.value ?? data)[2], [
          "macs",
          "dram_bytes",
          "latency_s",
          "utilization",
        ]),
    ),
  );
}

const MODES = [
  ["ops", "ops of the point"],
  ["points", "all points"],
];

/** Draws what is chosen and says what it is. */
function drawMode(app, chart, mode) {
  if (mode === "points") {
    drawPoints(app, chart);
    return "Every design of the sweep under the roofs of the selected one.";
  }
  const without = drawOps(app, chart);
  const rest = ` ${thousands(without)} ops without DRAM traffic or own time are not shown.`;
  return (
    "Speed over the time that an op alone held up the run: ops that overlap others may stand " +
    `above the roofs.${without ? rest : ""}`
  );
}

export function mountRoofline(app) {
  const { state } = app;
  const choice = { mode: "ops" };
  const chart = app.chart("roofline", "Roofline of the selected point", 400);
  const section = panel(
    {
      id: "roofline-panel",
      title: "Roofline",
      hint: " ",
      controls: [toggleOf("Dots", MODES, choice, "mode", () => draw())],
      wide: "half",
    },
    chart.element,
  );
  const draw = () => {
    hintOf(section).textContent = drawMode(app, chart, choice.mode);
  };
  app.content.append(section);
  state.on("select theme", draw);
  state.on("filter", () => choice.mode === "points" && draw());
  draw();
}
