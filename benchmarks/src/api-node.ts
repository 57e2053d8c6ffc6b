import { readConfiguration } from "@dramac/edge-api/config";
import { startServer } from "@dramac/edge-api/server";

/* An API node in a process of its own, configured by its environment; tells its memory to the process that started it. */
await startServer(readConfiguration(), { dist: new URL("../../dist", import.meta.url).pathname });
process.on("message", () => process.send?.(process.memoryUsage()));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
