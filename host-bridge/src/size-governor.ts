import type { Limits } from "@dramac/contracts";

export interface Size {
  readonly height: number;
  readonly width?: number | undefined;
  /** Of the module's window when it measured. */
  readonly innerWidth?: number | undefined;
}

/** One turn is forgiven after this long. */
const CALM_MS = 2_000;

/**
 * Between a module that wants sizes and a page that must stay still: at most `resizesPerSecond`,
 * the last wish always arrives, tiny shrinks are ignored, and a loop of growing and shrinking is broken.
 */
export function createSizeGovernor({ resizesPerSecond, ignoredShrinkPx, resizeLoopTurns }: Limits, apply: (size: Size) => void, onLoop: () => void) {
  let current: Size = { height: 0 };
  let wanted: Size | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turns = 0;
  let turned = 0;
  let grew: boolean | undefined;
  let broken = false;

  function applyWanted(): void {
    timer = undefined;
    if (!wanted) return;
    const next = wanted;
    wanted = undefined;
    timer = setTimeout(applyWanted, 1_000 / resizesPerSecond);
    if (isIgnored(next.height - current.height) && (broken || next.width === current.width)) return;
    current = next;
    apply({ height: next.height, width: next.width });
  }

  function isIgnored(change: number): boolean {
    if (change === 0 || (change < 0 && -change <= ignoredShrinkPx)) return true;
    if (broken) return change < 0;
    if (grew !== undefined && grew !== change > 0) {
      const now = performance.now();
      turns = Math.max(0, turns - (now - turned) / CALM_MS) + 1;
      turned = now;
      broken = turns >= resizeLoopTurns;
      if (broken) onLoop();
    }
    grew = change > 0;
    return false;
  }

  return {
    /** A frame may run before it has its width; what it wants then says nothing, and it will want again. */
    want(size: Size): void {
      if ((size.innerWidth ?? innerWidth) !== innerWidth) return;
      wanted = size;
      if (timer === undefined) applyWanted();
    },
  };
}

export type SizeGovernor = ReturnType<typeof createSizeGovernor>;
