import type { Plan } from "@dramac/contracts";

/** What the server writes in front of the loader's code, in a block of its own. */
export interface Boot {
  readonly platform: string;
  /** Address of the elements runtime. */
  readonly runtime: string;
  /** With the embed address only: the plan, so that nothing else has to be asked. */
  readonly plan?: Plan;
}

declare global {
  const __DRAMAC_BOOT__: Boot;
}
