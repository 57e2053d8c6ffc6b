import { start } from "./start.ts";
import type {} from "./boot.ts";

/* Entry of `/embed/:key.js`. The server puts the plan into the script. */
const { plan } = __DRAMAC_BOOT__;
if (plan) start(__DRAMAC_BOOT__, plan, false);
