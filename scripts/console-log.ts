import { configure, getConsoleSink } from "@logtape/logtape";

/** Warnings and worse of the product on the console. */
export function logToConsole(): Promise<void> {
  return configure({
    sinks: { console: getConsoleSink() },
    loggers: [
      { category: ["dramac"], lowestLevel: "warning", sinks: ["console"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["console"] },
    ],
  });
}
