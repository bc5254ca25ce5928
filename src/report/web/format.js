// Numbers and names of figures for people: SI prefixes, units, labels.

const PREFIXES = ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P"];
const NONE = "–";

/** 0.00123, "s" -> "1.23 ms"; `digits` significant digits. */
export function si(value, unit = "", digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  if (value === 0) return unit ? `0 ${unit}` : "0";
  let rounded = Number(value.toPrecision(digits));
  let step = Math.floor(Math.log10(Math.abs(rounded)) / 3 + 1e-9);
  step = Math.max(-5, Math.min(5, step));
  rounded /= 1000 ** step;
  const text = Number(rounded.toPrecision(digits)).toString();
  const suffix = PREFIXES[step + 5] + unit;
  return suffix ? `${text} ${suffix}` : text;
}

/** Units that are words take no prefix. */
function withWord(value, unit, digits) {
  const text =
    Math.abs(value) >= 1000
      ? thousands(Number(value.toPrecision(digits)))
      : String(Number(value.toPrecision(digits)));
  return `${text} ${unit}`;
}

/** 32768 -> "32 KiB"; bytes that are no round number get SI prefixes. */
export function bytes(value) {
  for (const [size, unit] of [
    [2 ** 30, "GiB"],
    [2 ** 20, "MiB"],
    [2 ** 10, "KiB"],
  ]) {
    if (value >= size && Number.isInteger((value / size) * 4)) return `${value / size} ${unit}`;
  }
  return si(value, "B");
}

/** 1234567 -> "1,234,567". */
export const thousands = (value) => Math.round(value).toLocaleString("en-US");

/** 1, "point" -> "1 point"; 2000, "point" -> "2,000 points". */
export const counted = (count, what) => `${thousands(count)} ${what}${count === 1 ? "" : "s"}`;

/** A ratio: 1.2345 -> "1.23×". */
export function times(value) {
  if (!Number.isFinite(value)) return NONE;
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)}×`;
}

const UNITS = [
  [/_images_per_s$/, "images/s"],
  [/_macs_per_s$/, "MAC/s"],
  [/_bytes_per_s$/, "B/s"],
  [/_bytes_useful$/, "B"],
  [/_bytes$/, "B"],
  [/_percent$/, "%"],
  [/_mm2$/, "mm²"],
  [/_js$/, "J·s"],
  [/_hz$/, "Hz"],
  [/_s$/, "s"],
  [/_j$/, "J"],
  [/_w$/, "W"],
];
const WORDS = {
  edp: "EDP",
  dram: "DRAM",
  macs: "MACs",
  fpga: "FPGA",
  dsp: "DSPs",
  lut: "LUTs",
  ff: "flip-flops",
  bram36: "BRAM36",
  top1: "top-1",
  miou: "mIoU",
  p50: "p50",
  p95: "p95",
};

/** Unit of a figure by its name: "latency_s" -> "s". */
export function unitOf(name) {
  if (/^macs/.test(name)) return "MAC";
  const found = UNITS.find(([pattern]) => pattern.test(name));
  return found ? found[1] : "";
}

/** "energy_per_image_j" -> "Energy per image". */
export function labelOf(name) {
  const unit = UNITS.find(([pattern]) => pattern.test(name));
  let stem = unit && !/_bytes(_useful)?$/.test(name) ? name.replace(unit[0], "") : name;
  if (/_(macs|bytes|images)_per_s$/.test(name))
    stem = name.replace(/_per_s$/, "").replace(/_images$/, "");
  const words = stem.split("_").map((word) => WORDS[word] ?? word);
  const text = words.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Utilisations are shares, shown in percent. */
const isShare = (name) => name === "utilization" || name === "spatial_utilization";

/** A figure's value with its unit. */
export function figureText(name, value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  if (isShare(name)) return `${(100 * value).toPrecision(3)} %`;
  const unit = unitOf(name);
  if (unit === "%") return `${Number(value.toPrecision(4))} %`;
  if (unit === "mm²") return `${Number(value.toPrecision(digits))} mm²`;
  return unit === "images/s" ? withWord(value, unit, digits) : si(value, unit, digits);
}

/** "Latency (s)". */
export function axisTitle(name) {
  const unit = isShare(name) ? "" : unitOf(name);
  return unit ? `${labelOf(name)} (${unit})` : labelOf(name);
}

/** A level of an axis: bytes by their name, numbers in full, null as a dash. */
export function levelText(name, value) {
  if (value === null) return NONE;
  if (typeof value === "number")
    return /bytes$/.test(name) ? bytes(value) : String(Number(value.toPrecision(12)));
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A cell of a CSV file (RFC 4180). */
export function csvCell(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
