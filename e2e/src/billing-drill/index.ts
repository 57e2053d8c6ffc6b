/** The billing drill: everything that can go wrong between a billing provider and the platform, in one run. */
export { runDrill } from "./run-drill.ts";
