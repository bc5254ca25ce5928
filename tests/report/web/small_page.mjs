// A small sweep as html_text() embeds it: every form of column, hand-made figures.

const header = {
  version: "0.1.0",
  name: "small",
  digest: "d",
  sweep: "{}",
  files: [],
  points: 8,
  shard: [1, 1],
  axes: [
    { name: "width", in: "hardware", pointers: ["/w"] },
    { name: "rate", in: "technique", pointers: ["/r"] },
  ],
  figures: ["latency_s", "edp_js", "throughput_images_per_s", "area_mm2"].map((name) => ({
    name,
    help: `${name}?`,
  })),
};

/** Points 10..17: widths 64 and 16, technique none or x with its own axis "rate"; 16 failed. */
export const smallPage = () => ({
  header,
  rows: 8,
  columns: {
    point: [10, 11, 12, 13, 14, 15, 16, 17],
    hash: ["a", "b", "c", "d", "e", "f", "g", "h"],
    hardware: { levels: ["machine"] },
    workload: { levels: ["small", "big"], codes: [0, 0, 0, 0, 1, 1, 1, 1] },
    technique: { levels: ["none", "x"], codes: [0, 1, 0, 1, 0, 1, 0, 1] },
    message: { levels: ["", "needs 7 bytes, has 5"], codes: [0, 0, 0, 0, 0, 0, 1, 0] },
    status: { levels: ["ok", "infeasible"], codes: [0, 0, 0, 0, 0, 0, 1, 0] },
    axes: [
      { levels: [64, 16], codes: [0, 0, 1, 1, 0, 0, 1, 1] },
      { levels: [null, 0.5], codes: [0, 1, 0, 1, 0, 1, 0, 1] },
    ],
    figures: [
      [1, 0.5, 4, 1, 10, 4, null, 20],
      { same: 0 },
      [1, 2, 0.25, 1, 0.1, 0.25, null, 0.05],
      { levels: [null] },
    ],
  },
  details: {
    layouts: [
      {
        name: ["a", "b", "c"],
        kind: ["k", "k", "k"],
        role: ["r", "s", "r"],
        block: [0, 0, -1],
        macs: [10, 0, 5],
      },
    ],
    points: {
      11: {
        layout: 0,
        exclusive_cycles: [5, 3, 2],
        dram_bytes: [4, 2, 0],
        energy_j: [1, 2, 3],
        work: { ideal: [5, 0, 1], dram: [0, 3, 1] },
        notes: [],
      },
    },
  },
});
