import assert from "node:assert/strict";
import test from "node:test";
import { columnValues, decode, dimension } from "../../../src/report/web/data.js";
import { smallPage } from "./small_page.mjs";

test("columns of every form give their values", () => {
  assert.deepEqual(columnValues([1, null], 2), [1, null]);
  assert.deepEqual(columnValues({ levels: ["x"] }, 3), ["x", "x", "x"]);
  assert.deepEqual(columnValues({ levels: ["x", "y"], codes: [1, 0] }, 2), ["y", "x"]);
  assert.deepEqual(
    columnValues({ same: 1 }, 2, [
      [1, 2],
      [3, 4],
    ]),
    [3, 4],
  );
});

test("levels stand in order: numbers, text as it comes, none last", () => {
  const dim = dimension("key", "buffer_bytes", [65536, null, "z", 1024, "a", 65536]);
  assert.deepEqual(dim.levels, [1024, 65536, "z", "a", null]);
  assert.deepEqual([...dim.codes], [1, 4, 2, 0, 3, 1]);
  assert.deepEqual(dim.labels, ["1 KiB", "64 KiB", "z", "a", "–"]);
  assert.equal(dim.numeric, false);
  assert.equal(dimension("key", "n", [2, 10, 1]).numeric, true);
});

test("a number and its text are different levels", () => {
  assert.deepEqual(dimension("key", "n", ["16", 16]).levels, [16, "16"]);
});

test("a page becomes a table", () => {
  const table = decode(smallPage());
  assert.equal(table.size, 8);
  assert.deepEqual(
    table.dims.map((dim) => dim.name),
    ["hardware", "workload", "technique", "width", "rate"],
  );
  assert.deepEqual([...table.ok], [1, 1, 1, 1, 1, 1, 0, 1]);
  assert.deepEqual(
    table.figures.map((figure) => figure.name),
    ["latency_s", "edp_js", "throughput_images_per_s"],
  );
  assert.deepEqual([...table.figure("edp_js").values], [1, 0.5, 4, 1, 10, 4, NaN, 20]);
  assert.equal(table.figure("latency_s").sign, 1);
  assert.equal(table.figure("throughput_images_per_s").sign, -1);
  assert.equal(table.rowOf.get(13), 3);
  assert.deepEqual(table.dim("axis:0").levels, [16, 64]);
});

test("details come with the ops of their layout", () => {
  const table = decode(smallPage());
  assert.equal(table.details(0), null);
  assert.deepEqual(table.details(1).ops.name, ["a", "b", "c"]);
});
