import type { Limits } from "@dramac/contracts";

export interface Size {
  readonly height: number;
  readonly width?: number | undefined;
  /** Width of the module's window when it measured. */
  readonly innerWidth?: number | undefined;
}

/** After this time, one change of direction is forgotten. */
const TURN_DECAY_MS = 2_000;

/**
 * Limits how often a module's size changes on the page: at most `resizesPerSecond`, and the last size always arrives.
 * Tiny shrinks are ignored. A module that keeps growing and shrinking may only grow from then on.
 */
export function createSizeGovernor({ resizesPerSecond, ignoredShrinkPx, resizeLoopTurns }: Limits, apply: (size: Size) => void, onLoop: () => void) {
  let current: Size = { height: 0 };
  let wanted: Size | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turns = 0;
  let lastTurnAt = 0;
  let hasGrown: boolean | undefined;
  let isLooping = false;

  function applyWanted(): void {
    timer = undefined;
    if (!wanted) return;
    const next = wanted;
    wanted = undefined;
    timer = setTimeout(applyWanted, 1_000 / resizesPerSecond);
    if (isIgnored(next.height - current.height) && (isLooping || next.width === current.width)) return;
    current = next;
    apply(next);
  }

  function isIgnored(change: number): boolean {
    if (change === 0 || (change < 0 && -change <= ignoredShrinkPx)) return true;
    if (isLooping) return change < 0;
    if (hasGrown !== undefined && hasGrown !== change > 0) {
      const now = performance.now();
      turns = Math.max(0, turns - (now - lastTurnAt) / TURN_DECAY_MS) + 1;
      lastTurnAt = now;
      isLooping = turns >= resizeLoopTurns;
      if (isLooping) onLoop();
    }
    hasGrown = change > 0;
    return false;
  }

  return {
    /** A frame may run scripts before it has its final width. A size that was measured then is ignored; the module measures again later. */
    want(size: Size): void {
      if ((size.innerWidth ?? innerWidth) !== innerWidth) return;
      wanted = size;
      if (timer === undefined) applyWanted();
    },
  };
}
