// Colours of charts, from the style sheet, which knows light, dark and print.

const read = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The colours of now. */
export function colours() {
  return {
    ink: read("--ink"),
    muted: read("--muted"),
    line: read("--line"),
    card: read("--card"),
    empty: read("--empty"),
    other: read("--other"),
    accent: read("--accent"),
    series: Array.from({ length: 12 }, (_, i) => read(`--c${i}`)),
    ramp: Array.from({ length: 5 }, (_, i) => read(`--ramp${i}`)),
  };
}

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** A colour of a ramp of "#rrggbb"s at a share from 0 to 1. */
export function rampColour(ramp, share) {
  const place = Math.max(0, Math.min(1, share)) * (ramp.length - 1);
  const i = Math.min(ramp.length - 2, Math.floor(place));
  const [a, b] = [channels(ramp[i]), channels(ramp[i + 1])];
  const mix = a.map((value, k) => Math.round(value + (b[k] - value) * (place - i)));
  return `#${mix.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Black or white, whichever is easier to read on a "#rrggbb". */
export function inkOn(hex) {
  const [r, g, b] = channels(hex);
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#111827" : "#ffffff";
}

/** Colours of a dimension's levels: a ramp of numbers, else colours easy to tell apart. */
export function levelColours(dim, theme) {
  const { length } = dim.levels;
  if (!dim.numeric || length < 3)
    return dim.levels.map((_, i) => theme.series[i % theme.series.length]);
  return dim.levels.map((_, i) => rampColour(theme.ramp, 0.15 + (0.85 * i) / (length - 1)));
}

const WORK = {
  ideal: 2,
  dram: 0,
  interconnect: 4,
  nonlinear: 1,
  quantisation: 3,
  fill_drain: 5,
  decision: 6,
};

/** The colour of a kind of work, the same everywhere. */
export const workColour = (kind, theme) =>
  WORK[kind] === undefined ? theme.other : theme.series[WORK[kind]];

const BASE_FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** What all charts have in common. */
export function baseOption(theme) {
  return {
    animation: false,
    color: theme.series,
    textStyle: { fontFamily: BASE_FONT, color: theme.ink },
    tooltip: {
      backgroundColor: theme.card,
      borderColor: theme.line,
      textStyle: { color: theme.ink, fontSize: 12 },
      confine: true,
      transitionDuration: 0,
    },
  };
}

/** A tooltip with the colours of the page. */
export const tooltip = (theme, options) => ({ ...baseOption(theme).tooltip, ...options });

/** An axis with a title and readable lines. */
export function axis(theme, options) {
  return {
    nameLocation: "middle",
    nameTextStyle: { color: theme.muted, fontSize: 12 },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { lineStyle: { color: theme.line } },
    axisLabel: { color: theme.muted, hideOverlap: true, ...options.axisLabel },
    splitLine: { lineStyle: { color: theme.line, opacity: 0.6 } },
    ...Object.fromEntries(Object.entries(options).filter(([key]) => key !== "axisLabel")),
  };
}

/** Round numbers for a logarithmic axis: 1, 2, 3, 5 of each decade, or fewer of many. */
export function logTicks(low, high) {
  const decades = Math.log10(high / low);
  const steps = decades < 1.6 ? [1, 2, 3, 5] : decades < 3 ? [1, 3] : [1];
  const every = Math.max(1, Math.ceil(decades / 7));
  const ticks = [];
  for (
    let power = Math.floor(Math.log10(low));
    power <= Math.ceil(Math.log10(high));
    power += every
  ) {
    ticks.push(...steps.map((step) => Number(`${step}e${power}`)));
  }
  const shown = ticks.filter((tick) => tick >= low && tick <= high);
  if (shown.length > 1) return shown;
  return [0.2, 0.5, 0.8].map((share) => Number((low + share * (high - low)).toPrecision(3)));
}

/** A logarithmic axis a little longer than from the smallest to the largest positive number. */
export function logAxis(theme, [smallest, largest], options) {
  const room = Math.max((largest / smallest) ** 0.04, 1.05);
  const [min, max] = [smallest / room, largest * room];
  const customValues = logTicks(min, max);
  const made = axis(theme, {
    ...options,
    type: "log",
    min,
    max,
    axisLabel: { customValues, ...options.axisLabel },
  });
  return {
    ...made,
    axisTick: { ...made.axisTick, customValues },
    splitLine: { ...made.splitLine, customValues },
  };
}

/** A legend at the top that scrolls where there is much in it. */
export function legend(theme, options = {}) {
  return {
    type: "scroll",
    top: 0,
    left: 0,
    itemWidth: 12,
    itemHeight: 10,
    icon: "roundRect",
    textStyle: { color: theme.ink },
    pageTextStyle: { color: theme.muted },
    pageIconColor: theme.accent,
    pageIconInactiveColor: theme.line,
    ...options,
  };
}
