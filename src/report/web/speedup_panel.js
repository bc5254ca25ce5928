// What each technique gains over the same design without it.
import { techniquePairs, techniqueRatios } from "./aggregate.js";
import { columns, hintOf, panel, tip } from "./dom.js";
import { counted, thousands, times } from "./format.js";
import { axis, baseOption, colours, legend, tooltip } from "./theme.js";

const SCOPES = [
  ["end to end", ""],
  ["core attention", "core_attention_"],
];

function ratiosOf(table, pairs, figureName) {
  return SCOPES.map(([scope, prefix]) => {
    const name = prefix ? `${prefix}${figureName}` : figureName;
    return { scope, ratios: techniqueRatios(table, pairs, table.figure(name)) };
  });
}

const rowName = (table, ratio) =>
  ["technique", "workload"].map((key) => table.dim(key).labels[ratio[key]]).join("\n");

/** A dot at the geometric mean with a line from the worst to the best design. */
function rangeMark(y, [mean, low, high], text, colour, theme) {
  const label = { text, fill: theme.ink, fontSize: 11, fontWeight: 600, verticalAlign: "middle" };
  return {
    type: "group",
    children: [
      {
        type: "line",
        shape: { x1: low, x2: high, y1: y, y2: y },
        style: { stroke: colour, lineWidth: 4, opacity: 0.35, lineCap: "round" },
      },
      {
        type: "circle",
        shape: { cx: mean, cy: y, r: 6 },
        style: { fill: colour, stroke: theme.card, lineWidth: 2 },
      },
      { type: "text", x: high + 8, y, style: label },
    ],
  };
}

function scopeSeries(table, { scope, ratios }, names, place, theme) {
  const colour = theme.series[place];
  return {
    type: "custom",
    name: scope,
    itemStyle: { color: colour },
    encode: { x: [0, 2, 3], y: 1 },
    data: ratios.map((ratio) => ({
      value: [ratio.mean, names.indexOf(rowName(table, ratio)), ratio.low, ratio.high],
      ratio,
    })),
    renderItem: (params, api) => {
      const at = (value) => api.coord([value, api.value(1)]);
      const x = [0, 2, 3].map((i) => at(api.value(i))[0]);
      const y = at(api.value(0))[1] + (place - 0.5) * 16;
      return rangeMark(y, x, times(api.value(0)), colour, theme);
    },
  };
}

/** Powers of two around all ranges, with room for the figures beside them. */
function limits(scopes) {
  const all = scopes.flatMap(({ ratios }) => ratios);
  const low = Math.min(1, ...all.map((ratio) => ratio.low));
  const high = Math.max(1, ...all.map((ratio) => ratio.high));
  return {
    logBase: 2,
    min: 2 ** Math.floor(Math.log2(low / 1.02)),
    max: 2 ** Math.ceil(Math.log2(high * 1.2)),
  };
}

/** A line at 1, where a technique neither gains nor loses. */
const unity = (theme) => ({
  type: "line",
  data: [],
  markLine: {
    silent: true,
    symbol: "none",
    label: { show: false },
    lineStyle: { color: theme.muted, type: "dashed" },
    data: [{ xAxis: 1 }],
  },
});

function ratioTip(table, title, ratio) {
  return tip(title, [
    ["technique", table.dim("technique").labels[ratio.technique]],
    ["workload", table.dim("workload").labels[ratio.workload]],
    ["geometric mean", times(ratio.mean)],
    ["least", times(ratio.low)],
    ["most", times(ratio.high)],
    ["pairs of designs", thousands(ratio.count)],
  ]);
}

function option(table, scopes, names, title) {
  const theme = colours();
  return {
    ...baseOption(theme),
    grid: { left: 150, right: 28, top: 36, bottom: 48 },
    legend: legend(theme, { data: SCOPES.map(([scope]) => scope), icon: "circle" }),
    tooltip: tooltip(theme, {
      formatter: ({ data, seriesName }) => ratioTip(table, `${title}, ${seriesName}`, data.ratio),
    }),
    xAxis: axis(theme, {
      type: "log",
      name: `${title} (baseline over technique)`,
      nameGap: 30,
      ...limits(scopes),
      axisLabel: { formatter: (value) => `${Number(value.toPrecision(3))}×` },
    }),
    yAxis: axis(theme, {
      type: "category",
      inverse: true,
      data: names,
      splitLine: { show: false },
      axisLabel: { width: 136, overflow: "truncate", lineHeight: 14, color: theme.ink },
    }),
    series: [...scopes.map((scope, i) => scopeSeries(table, scope, names, i, theme)), unity(theme)],
  };
}

const CHARTS = [
  ["speedup", "latency_s", "Speed-up"],
  ["edp-ratio", "edp_js", "EDP improvement"],
];

/** Why there is nothing to compare. */
function whyNone(table) {
  return table.dim("technique").levels.every((level) => level === "none")
    ? "This sweep has no technique to compare: all of its points run the plain workload."
    : "No point with a technique that passes the filters has a counterpart without one: a sweep " +
        'over techniques needs "none" among them.';
}

function drawRatios(table, pairs, chart, figure, title) {
  if (pairs.length === 0) return chart.words(whyNone(table));
  const scopes = ratiosOf(table, pairs, figure);
  const all = scopes.flatMap(({ ratios }) => ratios.map((ratio) => rowName(table, ratio)));
  const names = [...new Set(all)];
  return chart.draw(option(table, scopes, names, title), 112 + 52 * names.length);
}

export function mountSpeedup(app) {
  const { table, state } = app;
  const charts = CHARTS.map(([name, figure, title]) => ({
    chart: app.chart(name, `${title} of each technique over its baseline`),
    figure,
    title,
  }));
  const section = panel(
    { id: "speedup-panel", title: "Techniques over their baselines", hint: " " },
    columns(charts.map(({ chart }) => chart.element)),
  );
  const draw = () => {
    const pairs = techniquePairs(table, state.rows);
    hintOf(section).textContent =
      "A pair is a design with a technique and the same one without: same hardware, workload and " +
      `axes. ${counted(pairs.length, "pair")}. Dot: geometric mean; bar: least to most.`;
    for (const { chart, figure, title } of charts) drawRatios(table, pairs, chart, figure, title);
  };
  app.content.append(section);
  state.on("filter theme", draw);
  draw();
}
