// How long the inferences of the selected point took.
import { distribution, histogram } from "./aggregate.js";
import { hintOf, panel, tip, toggleOf } from "./dom.js";
import { si, thousands } from "./format.js";
import { noDetails } from "./inspector.js";
import { axis, baseOption, colours } from "./theme.js";

const MARKS = [
  ["p50", "latency_p50_s", 0],
  ["p95", "latency_p95_s", 1],
  ["worst", "latency_worst_s", 3],
];

/** Marks by their values: equal ones share a line. */
function marksOf(app) {
  const { table, state } = app;
  const marks = new Map();
  for (const [name, figure, colour] of MARKS) {
    const value = table.figure(figure).values[state.selected];
    if (marks.has(value)) marks.get(value).names.push(name);
    else marks.set(value, { names: [name], colour });
  }
  return [...marks];
}

function markLines(app, theme) {
  return {
    symbol: "none",
    silent: true,
    precision: 20, // of decimals that ECharts keeps, which are 2 otherwise
    data: marksOf(app).map(([value, { names, colour }]) => ({
      xAxis: value,
      lineStyle: { color: theme.series[colour], type: "dashed", width: 1.5 },
      label: {
        formatter: `${names.join(", ")} ${si(value, "s", 4)}`,
        color: theme.ink,
        position: "insideEndTop",
        distance: [2, 4],
      },
    })),
  };
}

function option(app, series, y, formatter) {
  const theme = colours();
  return {
    ...baseOption(theme),
    grid: { left: 76, right: 28, top: 28, bottom: 52 },
    tooltip: { ...baseOption(theme).tooltip, trigger: "axis", formatter },
    xAxis: axis(theme, {
      type: "value",
      scale: true,
      name: "Latency of an inference (s)",
      nameGap: 32,
      axisLabel: { formatter: (value) => si(value, "s", 4) },
    }),
    yAxis: axis(theme, { type: "value", min: 0, ...y }),
    series: [{ ...series, markLine: markLines(app, theme) }],
  };
}

function cumulative(app, values) {
  const theme = colours();
  const data = distribution(values).map(([value, share]) => [value, 100 * share]);
  const series = {
    type: "line",
    step: "end",
    symbol: "none",
    data: [[values[0], 0], ...data],
    lineStyle: { width: 2, color: theme.accent },
    areaStyle: { color: theme.accent, opacity: 0.1 },
  };
  return option(
    app,
    series,
    { max: 100, name: "Inferences not slower (%)", nameGap: 44 },
    ([{ value }]) => tip(si(value[0], "s", 4), [["not slower", `${value[1].toFixed(1)} %`]]),
  );
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
      return {
        type: "rect",
        shape: { x: x0 + 0.5, y, width: Math.max(1, x1 - x0 - 1), height: base - y },
        style: { fill: theme.accent, opacity: 0.8 },
      };
    },
  };
  return option(app, series, { name: "Inferences", nameGap: 44, minInterval: 1 }, ([{ value }]) =>
    tip(`${si(value[2], "s", 4)} to ${si(value[3], "s", 4)}`, [
      ["inferences", thousands(value[1])],
    ]),
  );
}

function hintText(details) {
  const count = details?.latencies_s.count ?? 0;
  if (count < 2) return "Of the inferences of the selected point.";
  const shown = details.latencies_s.values.length;
  const some = ` ${shown} of them, at even distances in their order, stand for all.`;
  return `Of the ${thousands(count)} inferences of the selected point.${count > shown ? some : ""}`;
}

function single(app) {
  const { table, state } = app;
  const latency = si(table.figure("latency_s").values[state.selected], "s", 4);
  return (
    `The run of point ${table.point[state.selected]} is one inference: ${latency}. ` +
    "A distribution needs a stream of several."
  );
}

const FORMS = [
  ["cdf", "cumulative"],
  ["histogram", "histogram"],
];

export function mountLatency(app) {
  const { table, state } = app;
  const choice = { form: "cdf" };
  const chart = app.chart("latency", "Latencies of the selected point's inferences", 400);
  const section = panel(
    {
      id: "latency-panel",
      title: "Latency distribution",
      hint: " ",
      controls: [toggleOf("Form", FORMS, choice, "form", () => draw())],
      wide: "half",
    },
    chart.element,
  );
  const draw = () => {
    const details = state.selected >= 0 ? table.details(state.selected) : null;
    hintOf(section).textContent = hintText(details);
    if (!details) chart.words(...noDetails(app, state.selected));
    else if (details.latencies_s.count < 2) chart.words(single(app));
    else chart.draw((choice.form === "cdf" ? cumulative : bars)(app, details.latencies_s.values));
  };
  app.content.append(section);
  state.on("select theme", draw);
  draw();
}
