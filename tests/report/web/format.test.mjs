import assert from "node:assert/strict";
import test from "node:test";
import * as format from "../../../src/report/web/format.js";

test("numbers get SI prefixes", () => {
  assert.equal(format.si(0.00123, "s"), "1.23 ms");
  assert.equal(format.si(5165774, "cycles"), "5.17 Mcycles");
  assert.equal(format.si(999.9, "J"), "1 kJ");
  assert.equal(format.si(1e-6, "J"), "1 µJ");
  assert.equal(format.si(-2500), "-2.5 k");
  assert.equal(format.si(0, "s"), "0 s");
  assert.equal(format.si(12.3), "12.3");
  assert.equal(format.si(NaN, "s"), "–");
  assert.equal(format.si(3e-20, "J"), "0.00003 fJ");
});

test("sizes of memories are whole KiB and MiB", () => {
  assert.equal(format.bytes(32768), "32 KiB");
  assert.equal(format.bytes(2097152), "2 MiB");
  assert.equal(format.bytes(1572864), "1.5 MiB");
  assert.equal(format.bytes(512), "512 B");
  assert.equal(format.bytes(54003872), "54 MB");
});

test("names of figures tell label and unit", () => {
  const expected = {
    latency_s: "Latency (s)",
    energy_per_image_j: "Energy per image (J)",
    edp_js: "EDP (J·s)",
    area_mm2: "Area (mm²)",
    throughput_images_per_s: "Throughput (images/s)",
    accuracy_top1_percent: "Accuracy top-1 (%)",
    accuracy_miou_percent: "Accuracy mIoU (%)",
    core_attention_edp_js: "Core attention EDP (J·s)",
    dram_bytes: "DRAM bytes (B)",
    peak_macs_per_s: "Peak MACs (MAC/s)",
    dram_peak_bytes_per_s: "DRAM peak bytes (B/s)",
    macs_dense: "MACs dense (MAC)",
    clock_hz: "Clock (Hz)",
    cycles_dram: "Cycles DRAM",
    utilization: "Utilization",
  };
  for (const [name, title] of Object.entries(expected)) assert.equal(format.axisTitle(name), title);
});

test("figures are shown with their units", () => {
  assert.equal(format.figureText("latency_s", 0.005165774), "5.17 ms");
  assert.equal(format.figureText("area_mm2", 3.0637), "3.06 mm²");
  assert.equal(format.figureText("utilization", 0.8694), "86.9 %");
  assert.equal(format.figureText("accuracy_top1_percent", 79.83), "79.83 %");
  assert.equal(format.figureText("edp_js", 2.194e-5, 4), "21.94 µJ·s");
  assert.equal(format.figureText("latency_s", NaN), "–");
  assert.equal(format.figureText("throughput_images_per_s", 3554.4), "3,550 images/s");
  assert.equal(format.figureText("throughput_images_per_s", 0.25), "0.25 images/s");
});

test("levels of axes are shown as what they are", () => {
  assert.equal(format.levelText("buffer_bytes", 65536), "64 KiB");
  assert.equal(format.levelText("width", 65536), "65536");
  assert.equal(format.levelText("bandwidth", 38.400000000000006), "38.4");
  assert.equal(format.levelText("on", true), "true");
  assert.equal(format.levelText("tile", [1, 2]), "[1,2]");
  assert.equal(format.levelText("rate", null), "–");
});

test("counts", () => {
  assert.equal(format.counted(1, "point"), "1 point");
  assert.equal(format.counted(0, "point"), "0 points");
  assert.equal(format.counted(20000, "point"), "20,000 points");
});

test("ratios", () => {
  assert.equal(format.times(1.234), "1.23×");
  assert.equal(format.times(123.4), "123×");
});

test("cells of CSV are quoted where they must be", () => {
  assert.equal(format.csvCell('a "b", c'), '"a ""b"", c"');
  assert.equal(format.csvCell("x\ny"), '"x\ny"');
  assert.equal(format.csvCell(NaN), "");
  assert.equal(format.csvCell(null), "");
  assert.equal(format.csvCell(0), "0");
});
