import type { Axis } from "./curve.ts";

const TICKS = 5;

/**
 * Places values of an axis between two pixels. A linear axis starts at zero and ends at a round number, so that
 * a flat curve looks flat; a logarithmic one spans what was measured.
 */
export function createScale(scale: Axis["scale"], values: readonly number[], from: number, to: number) {
  if (scale === "logarithmic") {
    const [smallest, largest] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
    const toPixel = (value: number) => from + ((Math.log10(value) - smallest) / (largest - smallest || 1)) * (to - from);
    return { toPixel, ticks: [...new Set(values)] };
  }
  const step = roundStep(Math.max(...values) / TICKS);
  const end = Math.ceil(Math.max(...values) / step) * step;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
  return { toPixel: (value: number) => from + (value / end) * (to - from), ticks };
}

/** The next of 1, 2, 5 times a power of ten. */
function roundStep(smallest: number): number {
  const power = 10 ** Math.floor(Math.log10(smallest || 1));
  return ([1, 2, 5, 10].find((factor) => factor * power >= smallest) ?? 10) * power;
}
