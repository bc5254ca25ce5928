// How long the inferences of the selected point took.
import { distribution, histogram } from "./aggregate.js";
import { panel, tip, toggle } from "./dom.js";
import { si, thousands } from "./format.js";
import { noDetails } from "./inspector.js";
import { axis, baseOption, colours } from "./theme.js";

const MARKS = [["p50", "latency_p50_s", 0], ["p95", "latency_p95_s", 1], ["worst", "latency_worst_s", 3]];

function marks(app, theme) {
  const { table, state } = app;
  return {
    symbol: "none",
    silent: true,
    data: MARKS.map(([name, figure, colour], i) => ({
      xAxis: table.figure(figure).values[state.selected],
      lineStyle: { color: theme.series[colour], type: "dashed", width: 1.5 },
      label: { formatter: `${name} ${si(table.figure(figure).values[state.selected], "s", 4)}`, color: theme.ink, position: "insideEndTop", rotate: 90, distance: [2, 4 + 2 * (i % 2)] },
    })),
  };
}

function option(app, series, y, formatter) {
  const theme = colours();
  return {
    ...baseOption(theme),
    grid: { left: 76, right: 28, top: 28, bottom: 52 },
    tooltip: { ...baseOption(theme).tooltip, trigger: "axis", formatter },
    xAxis: axis(theme, { type: "value", scale: true, name: "Latency of an inference (s)", nameGap: 32, axisLabel: { formatter: (value) => si(value, "s", 4) } }),
    yAxis: axis(theme, { type: "value", min: 0, ...y }),
    series: [{ ...series, markLine: marks(app, theme) }],
  };
}

function cumulative(app, values) {
  const theme = colours();
  const data = distribution(values).map(([value, share]) => [value, 100 * share]);
  const series = { type: "line", step: "end", symbol: "none", data: [[values[0], 0], ...data], lineStyle: { width: 2, color: theme.accent }, areaStyle: { color: theme.accent, opacity: 0.1 } };
  return option(app, series, { max: 100, name: "Inferences not slower (%)", nameGap: 44 },
    ([{ value }]) => tip(si(value[0], "s", 4), [["not slower", `${value[1].toFixed(1)} %`]]));
}

function bars(app, values) {
  const theme = colours();
  const bins = histogram(values, Math.max(6, Math.min(40, Math.ceil(Math.sqrt(values.length)))));
  const series = {
    type: "custom",
    data: bins.map((bin) => [(bin.low + bin.high) / 2, bin.count, bin.low, bin.high]),
    renderItem: (params, api) => {
      const [x0, y] = api.coord([api.value(2), api.value(1)]);
      const [x1, base] = api.coord([api.value(3), 0]);
      return { type: "rect", shape: { x: x0 + 0.5, y, width: Math.max(1, x1 - x0 - 1), height: base - y }, style: { fill: theme.accent, opacity: 0.8 } };
    },
  };
  return option(app, series, { name: "Inferences", nameGap: 44, minInterval: 1 },
    ([{ value }]) => tip(`${si(value[2], "s", 4)} to ${si(value[3], "s", 4)}`, [["inferences", thousands(value[1])]]));
}

export function mountLatency(app) {
  const { table, state } = app;
  const choice = { form: "cdf" };
  const chart = app.chart("latency", "Distribution of the latencies of the selected point's inferences", 400);
  const section = panel({
    id: "latency-panel",
    title: "Latency distribution",
    hint: " ",
    controls: [toggle("Form", [["cdf", "cumulative"], ["histogram", "histogram"]], choice.form, (value) => { choice.form = value; draw(); })],
    wide: "half",
  }, chart.element);
  const draw = () => {
    const details = state.selected >= 0 ? table.details(state.selected) : null;
    const count = details?.latencies_s.count ?? 0;
    section.querySelector(".hint").textContent = count > 1
      ? `Of the ${thousands(count)} inferences of the selected point, a stream.${count > details.latencies_s.values.length ? ` ${details.latencies_s.values.length} of them, at even distances in their order, stand for all.` : ""}`
      : "Of the inferences of the selected point.";
    if (!details) chart.words(...noDetails(app, state.selected));
    else if (count < 2) chart.words(`The run of point ${table.point[state.selected]} is one inference: ${si(table.figure("latency_s").values[state.selected], "s", 4)}. Percentiles need a stream of several.`);
    else chart.draw((choice.form === "cdf" ? cumulative : bars)(app, details.latencies_s.values));
  };
  app.content.append(section);
  state.on("select theme", draw);
  draw();
}
