// What each technique gains over the same design without it.
import { techniquePairs, techniqueRatios } from "./aggregate.js";
import { panel, tip } from "./dom.js";
import { thousands, times } from "./format.js";
import { axis, baseOption, colours, legend } from "./theme.js";

const SCOPES = [["end to end", ""], ["core attention", "core_attention_"]];

function ratiosOf(table, pairs, figureName) {
  return SCOPES.map(([scope, prefix]) => {
    const name = prefix ? `${prefix}${figureName}` : figureName;
    return { scope, ratios: techniqueRatios(table, pairs, table.figure(name)) };
  });
}

const rowName = (table, ratio) => `${table.dim("technique").labels[ratio.technique]}\n${table.dim("workload").labels[ratio.workload]}`;

/** A dot at the geometric mean with a line from the worst to the best design. */
function scopeSeries(table, { scope, ratios }, names, place, theme) {
  const colour = theme.series[place];
  const shift = (place - 0.5) * 16;
  return {
    type: "custom",
    name: scope,
    itemStyle: { color: colour },
    encode: { x: [0, 2, 3], y: 1 },
    data: ratios.map((ratio) => ({ value: [ratio.mean, names.indexOf(rowName(table, ratio)), ratio.low, ratio.high], ratio })),
    renderItem: (params, api) => {
      const at = (value) => api.coord([value, api.value(1)]);
      const [mean, low, high] = [at(api.value(0)), at(api.value(2)), at(api.value(3))];
      const y = mean[1] + shift;
      return {
        type: "group",
        children: [
          { type: "line", shape: { x1: low[0], x2: high[0], y1: y, y2: y }, style: { stroke: colour, lineWidth: 4, opacity: 0.35, lineCap: "round" } },
          { type: "circle", shape: { cx: mean[0], cy: y, r: 6 }, style: { fill: colour, stroke: theme.card, lineWidth: 2 } },
          { type: "text", x: high[0] + 8, y, style: { text: times(api.value(0)), fill: theme.ink, fontSize: 11, verticalAlign: "middle", fontWeight: 600 } },
        ],
      };
    },
  };
}

/** Lines beside the series: an axis must hold its ranges. */
function limits(scopes) {
  const all = scopes.flatMap(({ ratios }) => ratios);
  const low = Math.min(1, ...all.map((ratio) => ratio.low));
  const high = Math.max(1, ...all.map((ratio) => ratio.high));
  return { min: low / 1.1, max: high * 1.25 };
}

function option(table, pairs, figureName, title) {
  const theme = colours();
  const scopes = ratiosOf(table, pairs, figureName);
  const names = [...new Set(scopes.flatMap(({ ratios }) => ratios.map((ratio) => rowName(table, ratio))))];
  const unity = { type: "line", data: [], markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: theme.muted, type: "dashed" }, data: [{ xAxis: 1 }] } };
  return {
    height: 112 + 52 * names.length,
    option: {
      ...baseOption(theme),
      grid: { left: 150, right: 28, top: 36, bottom: 48 },
      legend: legend(theme, { data: SCOPES.map(([scope]) => scope), icon: "circle" }),
      tooltip: {
        ...baseOption(theme).tooltip,
        formatter: ({ data: { ratio }, seriesName }) => tip(`${title}, ${seriesName}`, [
          ["technique", table.dim("technique").labels[ratio.technique]],
          ["workload", table.dim("workload").labels[ratio.workload]],
          ["geometric mean", times(ratio.mean)], ["least", times(ratio.low)], ["most", times(ratio.high)],
          ["pairs of designs", thousands(ratio.count)]]),
      },
      xAxis: axis(theme, { type: "log", name: `${title} (baseline over technique)`, nameGap: 30, ...limits(scopes), axisLabel: { formatter: times } }),
      yAxis: axis(theme, { type: "category", inverse: true, data: names, splitLine: { show: false }, axisLabel: { width: 136, overflow: "truncate", lineHeight: 14, color: theme.ink } }),
      series: [...scopes.map((scope, i) => scopeSeries(table, scope, names, i, theme)), unity],
    },
  };
}

const CHARTS = [["speedup", "latency_s", "Speed-up"], ["edp-ratio", "edp_js", "EDP improvement"]];

export function mountSpeedup(app) {
  const { table, state } = app;
  const charts = CHARTS.map(([name, figure, title]) => ({ chart: app.chart(name, `${title} of each technique over its baseline`), figure, title }));
  const section = panel({
    id: "speedup-panel",
    title: "Techniques over their baselines",
    hint: " ",
    wide: "full",
  });
  const hint = section.querySelector(".hint");
  const body = document.createElement("div");
  body.className = "columns";
  body.append(...charts.map(({ chart }) => chart.element));
  section.append(body);
  const draw = () => {
    const pairs = techniquePairs(table, state.rows);
    hint.textContent = `A pair is a design with a technique and the same one without: same hardware, workload and axes. ${thousands(pairs.length)} pairs. Dot: geometric mean; bar: least to most.`;
    const technique = table.dim("technique");
    const why = technique.levels.every((level) => level === "none")
      ? "This sweep has no technique to compare: all of its points run the plain workload."
      : "No point with a technique that passes the filters has a counterpart without one: a sweep over techniques needs \"none\" among them.";
    for (const { chart, figure, title } of charts) {
      if (pairs.length === 0) chart.words(why);
      else {
        const drawn = option(table, pairs, figure, title);
        chart.draw(drawn.option, drawn.height);
      }
    }
  };
  app.content.append(section);
  state.on("filter theme", draw);
  draw();
}
