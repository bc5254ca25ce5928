// The roofs of a roofline.

/** The line of both roofs over a range of intensities. */
export function roofLine(peak, bandwidth, low, high) {
  const ridge = peak / bandwidth;
  return [
    [low, Math.min(peak, low * bandwidth)],
    ...(ridge > low && ridge < high ? [[ridge, peak]] : []),
    [high, Math.min(peak, high * bandwidth)],
  ];
}
