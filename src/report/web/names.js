// What the page calls a point, and which figures it shows first.
import { figureText } from "./format.js";
import { tip } from "./dom.js";

export const MAIN_FIGURES = [
  "latency_s",
  "energy_per_image_j",
  "edp_js",
  "area_mm2",
  "power_w",
  "throughput_images_per_s",
  "utilization",
  "accuracy_top1_percent",
  "accuracy_miou_percent",
];

const titleDims = (table) => ["hardware", "workload", "technique"].map((key) => table.dim(key));

/** What tells a point apart in a few words: those of hardware, workload and technique that vary. */
export function pointTitle(table, row) {
  const varying = titleDims(table).filter((dim) => dim.levels.length > 1);
  const shown = varying.length > 0 ? varying : [table.dim("workload")];
  return shown.map((dim) => dim.labels[dim.codes[row]]).join(" · ");
}

/** "vector_width 64, buffer 32 KiB": the axes that vary. */
export function axesText(table, row) {
  return table.dims
    .filter((dim) => dim.axis && dim.levels.length > 1)
    .map((dim) => `${dim.name} ${dim.labels[dim.codes[row]]}`)
    .join(", ");
}

/** [name, value] of the dimensions that vary. */
export const dimRows = (table, row) =>
  table.dims
    .filter((dim) => dim.levels.length > 1)
    .map((dim) => [dim.name, dim.labels[dim.codes[row]]]);

/** A tooltip about a point with some of its figures. */
export function pointTip(table, row, names) {
  const figures = [...new Set(names)]
    .map((name) => table.figure(name))
    .map((figure) => [figure.label, figureText(figure.name, figure.values[row], 4)]);
  return tip(`Point ${table.point[row]}`, [...figures, ...dimRows(table, row)]);
}
