// Pure functions on rows: Pareto fronts, best points, groups, ratios.

/** Rows of the Pareto front of two figures, by ascending x; rows without a figure are not in it. */
export function paretoFront(rows, x, y) {
  const cost = (figure, row) => figure.sign * figure.values[row];
  const known = rows.filter((row) => !Number.isNaN(x.values[row]) && !Number.isNaN(y.values[row]));
  known.sort((a, b) => cost(x, a) - cost(x, b) || cost(y, a) - cost(y, b) || a - b);
  const front = [];
  for (const row of known) {
    const last = front[front.length - 1];
    const better = last === undefined || cost(y, row) < cost(y, last);
    const equal =
      last !== undefined && cost(y, row) === cost(y, last) && cost(x, row) === cost(x, last);
    if (better || equal) front.push(row);
  }
  return front;
}

/** The row with the best value of a figure; -1 if none has one. */
export function bestRow(rows, figure) {
  let best = -1;
  for (const row of rows) {
    const value = figure.sign * figure.values[row];
    if (!Number.isNaN(value) && (best < 0 || value < figure.sign * figure.values[best])) best = row;
  }
  return best;
}

/** Rows by the text of a key: Map of key to rows, in the order of first rows. */
export function groupRows(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** A key of some dimensions' codes. */
export const codeKey = (dims) => (row) => dims.map((dim) => dim.codes[row]).join(",");

/** The best row of every combination of levels of `dims`. */
export function bestOfEach(rows, dims, figure) {
  const groups = [...groupRows(rows, codeKey(dims)).values()];
  const best = groups.map((group) => bestRow(group, figure)).filter((row) => row >= 0);
  const order = (a, b) => {
    const differing = dims.find((dim) => dim.codes[a] !== dim.codes[b]);
    return differing ? differing.codes[a] - differing.codes[b] : a - b;
  };
  return best.sort(order);
}

/**
 * Cells of two dimensions: {x, y, row, count, others}: codes, the best row (-1 if no row is ok),
 * how many rows are ok, and how many of each other status.
 */
export function heatCells(table, rows, xDim, yDim, figure) {
  const groups = groupRows(rows, codeKey([xDim, yDim]));
  return [...groups.values()].map((members) => {
    const ok = members.filter((row) => table.ok[row]);
    const others = {};
    for (const row of members) {
      if (!table.ok[row]) others[table.status[row]] = (others[table.status[row]] ?? 0) + 1;
    }
    const [first] = members;
    return {
      x: xDim.codes[first],
      y: yDim.codes[first],
      row: bestRow(ok, figure),
      count: ok.length,
      others,
    };
  });
}

/** Geometric mean and range of positive numbers; null of none. */
export function geometric(values) {
  if (values.length === 0) return null;
  const logs = values.reduce((sum, value) => sum + Math.log(value), 0);
  const [low, high] = minMax(values);
  return { mean: Math.exp(logs / values.length), low, high, count: values.length };
}

/** [smallest, largest]; Math.min(...values) has a limit of arguments. */
export function minMax(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/**
 * Pairs {row, base} of a point with a technique and the one without at the same hardware, workload
 * and values of all axes that are not of the technique itself. `rows` are those with techniques;
 * what they are held against may be any row.
 */
export function techniquePairs(table, rows) {
  const technique = table.dim("technique");
  const none = technique.levels.indexOf("none");
  if (none < 0) return [];
  const shared = table.dims.filter((dim) => dim !== technique && dim.axis?.in !== "technique");
  const key = codeKey(shared);
  const bases = new Map();
  for (let row = 0; row < table.size; ++row) {
    if (table.ok[row] && technique.codes[row] === none) bases.set(key(row), row);
  }
  return rows
    .filter((row) => table.ok[row] && technique.codes[row] !== none && bases.has(key(row)))
    .map((row) => ({ row, base: bases.get(key(row)) }));
}

/**
 * How many times better than its baseline each technique is by a figure, by workload:
 * [{workload, technique, mean, low, high, count}] with levels as codes.
 */
export function techniqueRatios(table, pairs, figure) {
  const dims = [table.dim("workload"), table.dim("technique")];
  const groups = groupRows(pairs, ({ row }) => codeKey(dims)(row));
  const ratios = [];
  for (const members of groups.values()) {
    const values = members
      .map(({ row, base }) => figure.values[base] / figure.values[row])
      .filter((ratio) => Number.isFinite(ratio) && ratio > 0);
    const summary = geometric(values);
    const [{ row }] = members;
    if (summary)
      ratios.push({ workload: dims[0].codes[row], technique: dims[1].codes[row], ...summary });
  }
  return ratios.sort((a, b) => a.workload - b.workload || a.technique - b.technique);
}

/** Sums of ops by group: Map to {ops, macs, dram_bytes, energy_j, cycles, work: {kind: cycles}}. */
export function opGroups(details, groupOf) {
  const { ops, work } = details;
  const groups = new Map();
  for (let i = 0; i < ops.name.length; ++i) {
    const key = groupOf(ops, i);
    const group = groups.get(key) ?? {
      ops: 0,
      macs: 0,
      dram_bytes: 0,
      energy_j: 0,
      cycles: 0,
      work: {},
    };
    group.ops += 1;
    group.macs += ops.macs[i];
    group.dram_bytes += details.dram_bytes[i];
    group.energy_j += details.energy_j[i];
    for (const kind of Object.keys(work)) {
      group.work[kind] = (group.work[kind] ?? 0) + work[kind][i];
      group.cycles += work[kind][i];
    }
    groups.set(key, group);
  }
  return groups;
}

/** Points of a cumulative distribution: [value, share of values not above it]. */
export function distribution(values) {
  return values.map((value, i) => [value, (i + 1) / values.length]);
}

/** Counts of values in `bins` equal bins: [{low, high, count}]. */
export function histogram(values, bins) {
  const [low, high] = minMax(values);
  const width = (high - low) / bins || 1;
  const counts = Array.from({ length: bins }, (_, i) => ({
    low: low + i * width,
    high: low + (i + 1) * width,
    count: 0,
  }));
  for (const value of values)
    counts[Math.min(bins - 1, Math.floor((value - low) / width))].count += 1;
  return counts;
}

/** Messages of rows that are not ok, most frequent first; numbers do not tell them apart. */
export function messageGroups(table, rows) {
  const bad = rows.filter((row) => !table.ok[row]);
  const pattern = (row) =>
    `${table.status[row]}\n${table.message[row].replace(/\d+(\.\d+)?/g, "…")}`;
  return [...groupRows(bad, pattern).values()]
    .map((members) => ({
      status: table.status[members[0]],
      message: table.message[members[0]],
      rows: members,
    }))
    .sort((a, b) => b.rows.length - a.rows.length);
}

/** Whether two dimensions are one: each value of one stands with one value of the other alone. */
export function goTogether(a, b) {
  const pairs = new Set(Array.from(a.codes, (code, row) => `${code} ${b.codes[row]}`));
  return pairs.size === new Set(a.codes).size && pairs.size === new Set(b.codes).size;
}
