import { build } from "./build.ts";
import { logToConsole } from "./console-log.ts";
import { runUntilStopped } from "./run-until-stopped.ts";

/** `npm start`: builds, then starts. What it starts reads what the build writes, so it is loaded after it. */
async function start(undo: (() => Promise<unknown>)[]): Promise<void> {
  await logToConsole();
  await build();
  const { startDemo } = await import("./start-demo.ts");
  await startDemo(undo);
}

runUntilStopped(start);
