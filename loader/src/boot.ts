import type { Plan } from "@dramac/contracts";

/** The data that the server puts in front of the loader's code. */
export interface Boot {
  readonly platform: string;
  /** Address of the elements runtime. */
  readonly runtime: string;
  /** The plan, present only at the embed address, where the loader has nothing to fetch. */
  readonly plan?: Plan;
}

declare global {
  const __DRAMAC_BOOT__: Boot;
}
