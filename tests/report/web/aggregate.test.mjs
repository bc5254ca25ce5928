import assert from "node:assert/strict";
import test from "node:test";
import * as aggregate from "../../../src/report/web/aggregate.js";
import { decode } from "../../../src/report/web/data.js";
import { smallPage } from "./small_page.mjs";

const figure = (values, sign = 1) => ({ name: "f", values, sign });
const all = (figureOf) => figureOf.values.map((_, i) => i);
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

/** Rows that no other row is equal or better than in both and better in one, by trying all. */
function frontBySearch(x, y) {
  const beats = (a, b) =>
    a.every((value, i) => value <= b[i]) && a.some((value, i) => value < b[i]);
  const cost = (i) => [x.sign * x.values[i], y.sign * y.values[i]];
  return all(x).filter((i) => !all(x).some((j) => beats(cost(j), cost(i))));
}

test("a Pareto front has what nothing beats, in order", () => {
  const x = figure([1, 2, 3, 4, 2, NaN, 3]);
  const y = figure([9, 5, 6, 1, 5, 0, NaN]);
  assert.deepEqual(aggregate.paretoFront(all(x), x, y), [0, 1, 4, 3]);
});

test("a front maximises what should be large", () => {
  const latency = figure([1, 2, 3]);
  const accuracy = figure([70, 80, 75], -1);
  assert.deepEqual(aggregate.paretoFront([0, 1, 2], latency, accuracy), [0, 1]);
});

test("a front is that of a search through all pairs", () => {
  let seed = 7;
  const next = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % 30;
  };
  for (const signs of [
    [1, 1],
    [1, -1],
    [-1, -1],
  ]) {
    const x = figure(Array.from({ length: 300 }, next), signs[0]);
    const y = figure(Array.from({ length: 300 }, next), signs[1]);
    const front = aggregate.paretoFront(all(x), x, y).sort((a, b) => a - b);
    assert.deepEqual(front, frontBySearch(x, y));
  }
});

test("the best row is the smallest or the largest with a value", () => {
  assert.equal(aggregate.bestRow([0, 1, 2, 3], figure([NaN, 3, 1, 1])), 2);
  assert.equal(aggregate.bestRow([0, 1, 2], figure([1, 3, 2], -1)), 1);
  assert.equal(aggregate.bestRow([0], figure([NaN])), -1);
  assert.equal(aggregate.bestRow([], figure([])), -1);
});

test("the best of each workload and technique come in the order of levels", () => {
  const table = decode(smallPage());
  const dims = [table.dim("workload"), table.dim("technique")];
  assert.deepEqual(
    aggregate.bestOfEach([7, 5, 4, 3, 2, 1, 0], dims, table.figure("edp_js")),
    [0, 1, 4, 5],
  );
});

test("cells of a heat map are the best of the rest and count what has no figure", () => {
  const table = decode(smallPage());
  const cells = aggregate.heatCells(
    table,
    [4, 5, 6, 7, 0],
    table.dim("axis:0"),
    table.dim("technique"),
    table.figure("edp_js"),
  );
  assert.deepEqual(cells, [
    { x: 1, y: 0, row: 0, count: 2, others: {} },
    { x: 1, y: 1, row: 5, count: 1, others: {} },
    { x: 0, y: 0, row: -1, count: 0, others: { infeasible: 1 } },
    { x: 0, y: 1, row: 7, count: 1, others: {} },
  ]);
});

test("pairs have the same design but for the technique and its own axes", () => {
  const table = decode(smallPage());
  const pairs = aggregate.techniquePairs(table, [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(
    pairs,
    [
      { row: 1, base: 0 },
      { row: 3, base: 2 },
      { row: 5, base: 4 },
    ],
    "the base of 7 is infeasible",
  );
});

test("a baseline that is filtered out is one nevertheless", () => {
  const table = decode(smallPage());
  assert.deepEqual(aggregate.techniquePairs(table, [3]), [{ row: 3, base: 2 }]);
});

test("ratios are geometric means with their range", () => {
  const table = decode(smallPage());
  const pairs = aggregate.techniquePairs(table, [0, 1, 2, 3, 4, 5, 6, 7]);
  const [small, big, ...none] = aggregate.techniqueRatios(table, pairs, table.figure("latency_s"));
  assert.equal(none.length, 0);
  near(small.mean, Math.sqrt(8)); // 1 / 0.5 and 4 / 1
  assert.deepEqual([small.low, small.high, small.count], [2, 4, 2]);
  assert.deepEqual([small.workload, small.technique, big.workload], [0, 1, 1]);
  near(big.mean, 2.5);
});

test("ops sum up by group", () => {
  const details = decode(smallPage()).details(1);
  const groups = aggregate.opGroups(details, (ops, i) => ops.role[i]);
  assert.deepEqual([...groups.keys()], ["r", "s"]);
  assert.deepEqual(groups.get("r"), {
    ops: 2,
    macs: 15,
    dram_bytes: 4,
    energy_j: 4,
    cycles: 7,
    work: { ideal: 6, dram: 1 },
  });
  assert.deepEqual(groups.get("s").work, { ideal: 0, dram: 3 });
});

test("distributions end at all, histograms hold all", () => {
  assert.deepEqual(aggregate.distribution([1, 3, 3, 8]), [
    [1, 0.25],
    [3, 0.5],
    [3, 0.75],
    [8, 1],
  ]);
  const bins = aggregate.histogram([0, 1, 2, 10], 5);
  assert.deepEqual(
    bins.map((bin) => bin.count),
    [2, 1, 0, 0, 1],
  );
  assert.deepEqual([bins[1].low, bins[1].high], [2, 4]);
  assert.equal(
    aggregate.histogram([5, 5], 3).reduce((sum, bin) => sum + bin.count, 0),
    2,
  );
});

test("messages that differ only in numbers are one group", () => {
  const table = {
    ok: [0, 0, 1, 0],
    status: ["failed", "failed", "ok", "timeout"],
    message: ["needs 7", "needs 8.5", "", "needs 7"],
  };
  const groups = aggregate.messageGroups(table, [0, 1, 2, 3]);
  assert.deepEqual(groups, [
    { status: "failed", message: "needs 7", rows: [0, 1] },
    { status: "timeout", message: "needs 7", rows: [3] },
  ]);
});

test("geometric mean of nothing is nothing", () => {
  assert.equal(aggregate.geometric([]), null);
});

test("dimensions go together if they are one", () => {
  const dim = (...codes) => ({ codes: Int32Array.from(codes) });
  const { goTogether } = aggregate;
  assert.ok(goTogether(dim(0, 1, 2, 1), dim(2, 0, 1, 0)));
  assert.ok(!goTogether(dim(0, 0, 1, 1), dim(0, 1, 0, 1)));
  assert.ok(!goTogether(dim(0, 1, 2), dim(0, 1, 1)));
});
