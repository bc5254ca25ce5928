// A chart's place on the page: draws with ECharts, or says in words why there is nothing to draw.
import { init, use } from "echarts/core";
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { h } from "./dom.js";

use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

/** Resolves when all charts are drawn or have said why not. */
export function allDrawn(charts) {
  return Promise.all(charts.map((chart) => chart.first));
}

export class Chart {
  /** `label` says what the chart shows to those who cannot see it. */
  constructor(name, label, height = 360) {
    this.canvas = h("div", {
      class: "canvas",
      role: "img",
      "aria-label": `${label}; the table of points has the same figures`,
    });
    this.text = h("p", { class: "words", hidden: true });
    this.element = h("div", { class: "chart", "data-chart": name }, this.canvas, this.text);
    this.canvas.style.height = `${height}px`;
    this.first = new Promise((resolve) => {
      this.firstDrawn = resolve;
    });
    this.clicks = [];
  }

  /** Calls `listener` with the parameters of ECharts' click. */
  onClick(listener) {
    this.clicks.push(listener);
  }

  /** Draws; `height` in pixels, unless it stays. */
  draw(option, height) {
    this.text.hidden = true;
    this.canvas.hidden = false;
    if (height) this.canvas.style.height = `${height}px`;
    this.element.dataset.drawn = "false";
    this.instance ??= this.start();
    if (height) this.instance.resize();
    this.instance.setOption(option, { notMerge: true });
  }

  /** Changes what `option` names by id and leaves the rest of what is drawn. */
  update(option) {
    if (this.canvas.hidden) return;
    this.element.dataset.drawn = "false";
    this.instance.setOption(option);
  }

  start() {
    const instance = init(this.canvas);
    instance.on("finished", () => this.canvas.hidden || this.done("true"));
    instance.on("click", (event) => this.clicks.forEach((listener) => listener(event)));
    let width = this.canvas.clientWidth;
    new ResizeObserver(() => {
      if (this.canvas.clientWidth === width || this.canvas.clientWidth === 0) return;
      width = this.canvas.clientWidth;
      instance.resize();
    }).observe(this.canvas);
    return instance;
  }

  /** Says why there is nothing to draw. */
  words(...content) {
    this.canvas.hidden = true;
    this.text.hidden = false;
    this.text.replaceChildren(...content);
    this.done("words");
  }

  done(how) {
    this.element.dataset.drawn = how;
    this.firstDrawn();
  }
}
