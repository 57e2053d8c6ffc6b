import { start } from "./start.ts";
import type {} from "./boot.ts";

/* `/embed/:key.js`: the plan came with the script. */
const { plan } = __DRAMAC_BOOT__;
if (plan) start(__DRAMAC_BOOT__, plan, false);
