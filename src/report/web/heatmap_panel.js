// The best figure over any two dimensions.
import { heatCells, minMax } from "./aggregate.js";
import { h, panel, select, tip } from "./dom.js";
import { axisTitle, figureText } from "./format.js";
import { pointTip } from "./names.js";
import { axis, baseOption, colours, inkOn, rampColour } from "./theme.js";

const NONE_TEXT = "all";

function rowsOf(app, choice) {
  const { table, state } = app;
  const workload = table.dim("workload");
  if (choice.workload === NONE_TEXT) return state.rows;
  return state.rows.filter((row) => workload.codes[row] === Number(choice.workload));
}

/** Cells with a figure, coloured on a logarithmic scale; the best is marked. */
function filledSeries(table, cells, figure, ramp, theme, roomy) {
  const logs = cells.map((cell) => Math.log10(figure.values[cell.row]));
  const [low, high] = minMax(logs);
  return {
    low,
    high,
    series: {
      type: "heatmap",
      data: cells.map((cell, i) => {
        const share = high > low ? (logs[i] - low) / (high - low) : 0;
        return {
          value: [cell.x, cell.y, logs[i], cell.row],
          label: { color: inkOn(rampColour(ramp, share)) },
          cell,
        };
      }),
      label: { show: roomy, fontSize: 11, formatter: ({ value }) => figureText(figure.name, figure.values[value[3]]) },
      itemStyle: { borderColor: theme.card, borderWidth: 2, borderRadius: 3 },
      emphasis: { itemStyle: { borderColor: theme.ink } },
    },
  };
}

/** A cell drawn by hand: a frame around one, or a grey one with words. */
function handDrawn(theme, data, draw, z) {
  return {
    type: "custom",
    data,
    z,
    renderItem: (params, api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      const [width, height] = api.size([1, 1]);
      return draw({ x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2, r: 3 }, data[params.dataIndex]);
    },
  };
}

const countsText = (others) => Object.entries(others).map(([status, count]) => `${count} ${status}`).join(", ");

function emptySeries(theme, cells) {
  const data = cells.map((cell) => ({ value: [cell.x, cell.y], cell }));
  return handDrawn(theme, data, (shape, { cell }) => ({
    type: "rect",
    shape,
    style: { fill: theme.empty },
    textContent: { style: { text: countsText(cell.others).replace(/, /g, "\n"), fill: theme.muted, fontSize: 11, width: shape.width - 4, overflow: "truncate", align: "center" } },
    textConfig: { position: "inside" },
  }), 2);
}

function frameSeries(theme, cell, colour, z) {
  return {
    ...handDrawn(theme, cell ? [{ value: [cell.x, cell.y], cell }] : [],
      (shape) => ({ type: "rect", shape, style: { fill: "transparent", stroke: colour, lineWidth: 3 } }), z),
    silent: true,
  };
}

function cellTip(app, figure, cell, dims) {
  const { table } = app;
  const place = dims.map((dim, i) => [dim.name, dim.labels[i === 0 ? cell.x : cell.y]]);
  if (cell.row < 0) return tip("No figure here", [...place, ["points", countsText(cell.others)]]);
  const best = pointTip(table, cell.row, [figure.name, "latency_s", "energy_per_image_j", "edp_js"]);
  const rest = countsText(cell.others);
  best.append(h("p", {}, `best of ${cell.count} designs${rest ? `; also ${rest}` : ""}`));
  return best;
}

function option(app, choice, cells) {
  const theme = colours();
  const { table, state } = app;
  const [xDim, yDim] = [table.dim(choice.x), table.dim(choice.y)];
  const figure = table.figure(choice.figure);
  const ramp = figure.sign > 0 ? [...theme.ramp].reverse() : theme.ramp;
  const filled = cells.filter((cell) => cell.row >= 0 && figure.values[cell.row] > 0);
  const heat = filledSeries(table, filled, figure, ramp, theme, xDim.levels.length <= 12);
  const better = (a, b) => (figure.sign * figure.values[b.row] < figure.sign * figure.values[a.row] ? b : a);
  const best = filled.length ? filled.reduce(better) : null;
  const chosen = filled.find((cell) => cell.row === state.selected);
  const category = (dim) => ({ type: "category", data: dim.labels, splitArea: { show: false }, splitLine: { show: false } });
  const text = (value) => figureText(figure.name, 10 ** value);
  return {
    ...baseOption(theme),
    grid: { left: 84, right: 16, top: 12, bottom: 108 },
    tooltip: { ...baseOption(theme).tooltip, formatter: ({ data }) => cellTip(app, figure, data.cell, [xDim, yDim]) },
    xAxis: axis(theme, { ...category(xDim), name: xDim.name, nameGap: 30 }),
    yAxis: axis(theme, { ...category(yDim), name: yDim.name, nameGap: 68, axisLabel: { width: 60, overflow: "truncate" } }),
    visualMap: { type: "continuous", seriesIndex: 0, dimension: 2, min: heat.low, max: heat.high === heat.low ? heat.low + 1e-9 : heat.high, calculable: true, orient: "horizontal", left: "center", bottom: 0, itemHeight: 180, itemWidth: 12, inRange: { color: ramp }, formatter: text, textStyle: { color: theme.muted }, text: [axisTitle(figure.name), ""], textGap: 8 },
    series: [heat.series, emptySeries(theme, cells.filter((cell) => !filled.includes(cell))),
      frameSeries(theme, best, theme.ink, 4), frameSeries(theme, chosen, theme.accent, 5)],
  };
}

function controls(table, choice, dims, draw) {
  const names = dims.map((dim) => [dim.key, dim.name]);
  const workload = table.dim("workload");
  const set = (field) => (value) => {
    choice[field] = value;
    draw();
  };
  const workloads = [...workload.labels.map((label, code) => [String(code), label]), [NONE_TEXT, NONE_TEXT]];
  return [
    select("metric", table.figures.map((figure) => [figure.name, figure.label]), choice.figure, set("figure")),
    select("x", names, choice.x, set("x")),
    select("y", names, choice.y, set("y")),
    workload.levels.length > 1 ? select("workload", workloads, choice.workload, set("workload")) : null,
  ].filter(Boolean);
}

/** The first two axes, and if there are fewer, other dimensions that have a choice. */
function firstDims(dims) {
  const axes = dims.filter((dim) => dim.axis);
  return [...axes, ...dims.filter((dim) => !dim.axis)].slice(0, 2).map((dim) => dim.key);
}

export function mountHeatmap(app) {
  const { table, state } = app;
  const dims = table.dims.filter((dim) => dim.levels.length > 1);
  const [x, y] = firstDims(dims);
  const first = state.selected >= 0 ? table.dim("workload").codes[state.selected] : 0;
  const choice = { x, y, figure: "edp_js", workload: String(first) };
  const chart = app.chart("heatmap", "Heat map of the best figure over two dimensions", 440);
  const draw = () => {
    if (!y) return chart.words("A heat map needs two axes with more than one value each; this sweep has fewer.");
    if (choice.x === choice.y) return chart.words("Choose two different dimensions.");
    const cells = heatCells(table, rowsOf(app, choice), table.dim(choice.x), table.dim(choice.y), table.figure(choice.figure));
    if (!cells.some((cell) => cell.row >= 0)) return chart.words("No simulated point passes the filters.");
    return chart.draw(option(app, choice, cells));
  };
  chart.onClick(({ data }) => data?.cell?.row >= 0 && state.select(data.cell.row));
  app.content.append(panel({
    id: "heatmap",
    title: "Heat map",
    hint: "A cell is the best design over all that is not on its axes, on a logarithmic scale; the frame marks the best of all.",
    controls: y ? controls(table, choice, dims, draw) : [],
    wide: "half",
  }, chart.element));
  state.on("filter select theme", draw);
  draw();
}
