import assert from "node:assert/strict";
import test from "node:test";
import { decode } from "../../../src/report/web/data.js";
import { State } from "../../../src/report/web/state.js";
import { csvText, searchRows, sortRows } from "../../../src/report/web/rows.js";
import { roofLine } from "../../../src/report/web/roofline.js";
import {
  inkOn,
  levelColours,
  logAxis,
  logTicks,
  rampColour,
} from "../../../src/report/web/theme.js";
import { smallPage } from "./small_page.mjs";

test("filters hide levels, and tell", () => {
  const table = decode(smallPage());
  const state = new State(table);
  let calls = 0;
  state.on("filter theme", () => {
    calls += 1;
  });
  assert.equal(state.filtered, false);
  state.hide("technique", [0]);
  assert.deepEqual(state.rows, [1, 3, 5, 7]);
  state.hide("workload", [1]);
  assert.deepEqual(state.rows, [1, 3]);
  assert.equal(state.filtered, true);
  state.reset();
  assert.equal(state.rows.length, 8);
  assert.deepEqual(state.ok, [0, 1, 2, 3, 4, 5, 7]);
  assert.equal(calls, 3);
});

test("a point is selected once, and pinned until it is not", () => {
  const state = new State(decode(smallPage()));
  const told = [];
  state.on("select", () => told.push("select"));
  state.on("pin", () => told.push("pin"));
  state.select(3);
  state.select(3);
  state.select(-1);
  assert.equal(state.selected, 3);
  state.togglePin(3);
  state.togglePin(4);
  state.togglePin(3);
  assert.deepEqual(state.pinned, [4]);
  assert.deepEqual(told, ["select", "pin", "pin", "pin"]);
});

test("rows sort both ways, those without a value last", () => {
  const values = [3, NaN, 1, 3];
  const key = (row) => values[row];
  assert.deepEqual(sortRows([0, 1, 2, 3], key, false), [2, 0, 3, 1]);
  assert.deepEqual(sortRows([0, 1, 2, 3], key, true), [0, 3, 2, 1]);
});

test("a search wants every word", () => {
  const table = decode(smallPage());
  const rows = [0, 1, 2, 3, 4, 5, 6, 7];
  assert.deepEqual(searchRows(table, rows, " BIG technique=x"), [5, 7]);
  assert.deepEqual(searchRows(table, rows, "infeasible"), [6]);
  assert.equal(searchRows(table, rows, "").length, 8);
});

test("CSV has all columns of the rows, raw", () => {
  assert.equal(
    csvText(decode(smallPage()), [1, 6]),
    "point,hash,hardware,workload,technique,width,rate,status,message," +
      "latency_s,edp_js,throughput_images_per_s\n" +
      "11,b,machine,small,x,64,0.5,ok,,0.5,0.5,2\n" +
      '16,g,machine,big,none,16,,infeasible,"needs 7 bytes, has 5",,,\n',
  );
});

test("roofs meet at the ridge", () => {
  assert.deepEqual(roofLine(100, 10, 1, 1000), [
    [1, 10],
    [10, 100],
    [1000, 100],
  ]);
  assert.deepEqual(roofLine(100, 10, 20, 40), [
    [20, 100],
    [40, 100],
  ]);
});

test("logarithmic axes have round ticks, fewer where there is more", () => {
  assert.deepEqual(logTicks(0.9, 9), [1, 2, 3, 5]);
  assert.deepEqual(logTicks(0.9, 150), [1, 3, 10, 30, 100]);
  assert.deepEqual(logTicks(1, 1e5), [1, 10, 100, 1000, 1e4, 1e5]);
  assert.deepEqual(logTicks(1, 1e14).length, 8);
  assert.deepEqual(logTicks(4.2, 4.7), [4.3, 4.45, 4.6]);
});

test("a logarithmic axis leaves room around its values", () => {
  const made = logAxis({ line: "#000000", muted: "#000000" }, [1, 1000], { name: "n" });
  assert.ok(made.min < 1 && made.min > 0.5 && made.max > 1000 && made.max < 2000);
  assert.equal(made.type, "log");
});

test("colours of a ramp lie between its ends", () => {
  const ramp = ["#000000", "#808080", "#ffffff"];
  assert.equal(rampColour(ramp, 0), "#000000");
  assert.equal(rampColour(ramp, 0.5), "#808080");
  assert.equal(rampColour(ramp, 0.25), "#404040");
  assert.equal(rampColour(ramp, 2), "#ffffff");
  assert.equal(inkOn("#ffffff"), "#111827");
  assert.equal(inkOn("#102040"), "#ffffff");
});

test("numbers have a ramp, names have colours", () => {
  const theme = { series: ["#111111", "#222222"], ramp: ["#000000", "#ffffff"] };
  assert.deepEqual(levelColours({ levels: ["a", "b", "c"], numeric: false }, theme), [
    "#111111",
    "#222222",
    "#111111",
  ]);
  assert.equal(levelColours({ levels: [1, 2, 3], numeric: true }, theme)[2], "#ffffff");
});
