/** A drill of billing: everything that can go wrong between a provider and us, at once. */
export { type DrillReport, runDrill } from "./run-drill.ts";
