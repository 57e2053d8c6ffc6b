import type { Limits } from "@dramac/contracts";

export interface Size {
  readonly height: number;
  readonly width?: number | undefined;
  /** Of the module's window when it measured. */
  readonly innerWidth?: number | undefined;
}

/**
 * Between a module that wants sizes and a page that must stay still: at most `resizesPerSecond`,
 * the last wish always arrives, tiny shrinks are ignored, and a loop of growing and shrinking is broken.
 */
export function createSizeGovernor({ resizesPerSecond, ignoredShrinkPx, resizeLoopTurns }: Limits, apply: (size: Size) => void, onLoop: () => void) {
  let current: Size = { height: 0 };
  let wanted: Size | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turns = 0;
  let grew: boolean | undefined;
  let broken = false;

  function settle(): void {
    timer = undefined;
    if (!wanted) {
      turns = 0;
      return;
    }
    const next = wanted;
    wanted = undefined;
    timer = setTimeout(settle, 1_000 / resizesPerSecond);
    if (next.width === current.width && isIgnored(next.height - current.height)) return;
    current = next;
    apply({ height: next.height, width: next.width });
  }

  function isIgnored(change: number): boolean {
    if (change === 0 || (change < 0 && -change <= ignoredShrinkPx)) return true;
    if (broken) return change < 0;
    if (grew !== undefined && grew !== change > 0 && ++turns >= resizeLoopTurns) {
      broken = true;
      onLoop();
    }
    grew = change > 0;
    return false;
  }

  return {
    /** A frame may run before it has its width; what it wants then says nothing, and it will want again. */
    want(size: Size): void {
      if ((size.innerWidth ?? innerWidth) !== innerWidth) return;
      wanted = size;
      if (timer === undefined) settle();
    },
  };
}

export type SizeGovernor = ReturnType<typeof createSizeGovernor>;
