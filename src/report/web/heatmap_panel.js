// The best figure over any two dimensions.
import { goTogether, heatCells, minMax } from "./aggregate.js";
import { columns, h, panel, select, tip } from "./dom.js";
import { axisTitle, counted, figureText } from "./format.js";
import { pointTip } from "./names.js";
import { axis, baseOption, colours, inkOn, rampColour, tooltip } from "./theme.js";

const ALL = "all";

function rowsOf(app, choice) {
  const { table, state } = app;
  const workload = table.dim("workload");
  if (choice.workload === ALL) return state.rows;
  return state.rows.filter((row) => workload.codes[row] === Number(choice.workload));
}

function bestCell(cells, figure) {
  const cost = (cell) => figure.sign * figure.values[cell.row];
  return cells.length ? cells.reduce((a, b) => (cost(b) < cost(a) ? b : a)) : null;
}

/** Cells with a figure, coloured on a logarithmic scale; the best is marked. */
function filledSeries(cells, figure, ramp, theme, roomy) {
  const best = bestCell(cells, figure);
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
      label: {
        show: roomy,
        fontSize: 11,
        formatter: ({ value }) =>
          (value[3] === best?.row ? "★ " : "") + figureText(figure.name, figure.values[value[3]]),
      },
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
      return draw(
        { x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2, r: 3 },
        data[params.dataIndex],
      );
    },
  };
}

const countsText = (others) =>
  Object.entries(others)
    .map(([status, count]) => `${count} ${status}`)
    .join(", ");

function emptySeries(theme, cells) {
  const data = cells.map((cell) => ({ value: [cell.x, cell.y], cell }));
  return handDrawn(
    theme,
    data,
    (shape, { cell }) => ({
      type: "rect",
      shape,
      style: { fill: theme.empty },
      textContent: {
        style: {
          text: countsText(cell.others).replace(/, /g, "\n"),
          fill: theme.muted,
          fontSize: 11,
          width: shape.width - 4,
          overflow: "truncate",
          align: "center",
        },
      },
      textConfig: { position: "inside" },
    }),
    2,
  );
}

/** A frame around the cell whose best point is selected. */
function frameSeries(theme, cells, selected) {
  const cell = cells.find(({ row }) => row >= 0 && row === selected);
  return {
    id: "frame",
    ...handDrawn(
      theme,
      cell ? [{ value: [cell.x, cell.y], cell }] : [],
      (shape) => ({
        type: "rect",
        shape,
        style: { fill: "transparent", stroke: theme.series[1], lineWidth: 3 },
      }),
      5,
    ),
    silent: true,
  };
}

function cellTip(app, figure, cell, dims) {
  const { table } = app;
  const place = dims.map((dim, i) => [dim.name, dim.labels[i === 0 ? cell.x : cell.y]]);
  if (cell.row < 0) return tip("No figure here", [...place, ["points", countsText(cell.others)]]);
  const best = pointTip(table, cell.row, [
    figure.name,
    "latency_s",
    "energy_per_image_j",
    "edp_js",
  ]);
  const rest = countsText(cell.others);
  best.append(
    h("p", {}, `best of ${counted(cell.count, "design")}${rest ? `; also ${rest}` : ""}`),
  );
  return best;
}

/** The scale below the map, in the figure's own units. */
function scaleOf(theme, figure, heat, ramp) {
  return {
    type: "continuous",
    seriesIndex: 0,
    dimension: 2,
    min: heat.low,
    max: heat.high === heat.low ? heat.low + 1e-9 : heat.high,
    calculable: true,
    orient: "horizontal",
    left: "center",
    bottom: 0,
    itemHeight: 180,
    itemWidth: 12,
    inRange: { color: ramp },
    formatter: (value) => figureText(figure.name, 10 ** value),
    textStyle: { color: theme.muted },
    text: [axisTitle(figure.name), ""],
    textGap: 8,
  };
}

const levelAxis = (theme, dim, options) =>
  axis(theme, {
    type: "category",
    data: dim.labels,
    name: dim.name,
    splitArea: { show: false },
    splitLine: { show: false },
    ...options,
  });

function option(app, choice, cells) {
  const theme = colours();
  const { table, state } = app;
  const [xDim, yDim] = [table.dim(choice.x), table.dim(choice.y)];
  const figure = table.figure(choice.figure);
  const ramp = figure.sign > 0 ? [...theme.ramp].reverse() : theme.ramp;
  const filled = cells.filter((cell) => cell.row >= 0 && figure.values[cell.row] > 0);
  const empty = cells.filter((cell) => !filled.includes(cell));
  const heat = filledSeries(filled, figure, ramp, theme, xDim.levels.length <= 12);
  return {
    ...baseOption(theme),
    grid: { left: 84, right: 16, top: 12, bottom: 108 },
    tooltip: tooltip(theme, {
      formatter: ({ data }) => cellTip(app, figure, data.cell, [xDim, yDim]),
    }),
    xAxis: levelAxis(theme, xDim, { nameGap: 30 }),
    yAxis: levelAxis(theme, yDim, {
      nameGap: 68,
      axisLabel: { width: 60, overflow: "truncate" },
    }),
    visualMap: scaleOf(theme, figure, heat, ramp),
    series: [heat.series, emptySeries(theme, empty), frameSeries(theme, filled, state.selected)],
  };
}

function controls(table, choice, dims, draw) {
  const names = dims.map((dim) => [dim.key, dim.name]);
  const workload = table.dim("workload");
  const set = (field) => (value) => {
    choice[field] = value;
    draw();
  };
  const workloads = [...workload.labels.map((label, code) => [String(code), label]), [ALL, ALL]];
  return [
    select("x", names, choice.x, set("x")),
    select("y", names, choice.y, set("y")),
    workload.levels.length > 1
      ? select("workload", workloads, choice.workload, set("workload"))
      : null,
  ].filter(Boolean);
}

/**
 * The first axis and the first one that does not go together with it; if there are fewer, other
 * dimensions that have a choice.
 */
function firstDims(dims) {
  const [first, ...rest] = [...dims.filter((dim) => dim.axis), ...dims.filter((dim) => !dim.axis)];
  const second = rest.find((dim) => !goTogether(first, dim)) ?? rest[0];
  return [first, second].filter(Boolean).map((dim) => dim.key);
}

function drawMap(app, choice, map) {
  const { table } = app;
  const { chart, figure } = map;
  if (!choice.y)
    return chart.words(
      "A heat map needs two axes with more than one value each; this sweep has fewer.",
    );
  if (choice.x === choice.y) return chart.words("Choose two different dimensions.");
  const cells = heatCells(
    table,
    rowsOf(app, choice),
    table.dim(choice.x),
    table.dim(choice.y),
    table.figure(figure),
  );
  map.cells = cells;
  if (!cells.some((cell) => cell.row >= 0))
    return chart.words("No simulated point passes the filters.");
  return chart.draw(
    option(app, { ...choice, figure }, cells),
    150 + 40 * Math.max(6, Math.min(16, table.dim(choice.y).levels.length)),
  );
}

/** A chart with a choice of its figure. */
function mapOf(app, name, figure, choice) {
  const figures = app.table.figures.map((one) => [one.name, one.label]);
  const map = { figure, chart: app.chart(name, "Heat map of the best figure over two dimensions") };
  map.chart.onClick(({ data }) => data?.cell?.row >= 0 && app.state.select(data.cell.row));
  map.element = h(
    "div",
    {},
    select("colour", figures, figure, (value) => {
      map.figure = value;
      drawMap(app, choice, map);
    }),
    map.chart.element,
  );
  return map;
}

export function mountHeatmap(app) {
  const { table, state } = app;
  const dims = table.dims.filter((dim) => dim.levels.length > 1);
  const [x, y] = firstDims(dims);
  const first = state.selected >= 0 ? table.dim("workload").codes[state.selected] : 0;
  const choice = { x, y, workload: String(first) };
  const maps = [
    mapOf(app, "heatmap", "edp_js", choice),
    mapOf(app, "heatmap-second", "latency_s", choice),
  ];
  const draw = () => maps.forEach((map) => drawMap(app, choice, map));
  app.content.append(
    panel(
      {
        id: "heatmap",
        title: "Heat maps over two axes",
        hint:
          "A cell is the best design over everything that is not on its axes, coloured on a " +
          "logarithmic scale. ★ marks the best of all. Click a cell to look at its design.",
        controls: y ? controls(table, choice, dims, draw) : [],
      },
      columns(maps.map(({ element }) => element)),
    ),
  );
  state.on("filter theme", draw);
  state.on("select", () => {
    for (const { chart, cells } of maps)
      chart.update({ series: [frameSeries(colours(), cells ?? [], state.selected)] });
  });
  draw();
}
