/** A drill of billing: everything that can go wrong between a provider and us, at once. */
export { runDrill } from "./run-drill.ts";
