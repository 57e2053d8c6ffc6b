import { createServer, type Server } from "node:http";
import type { App } from "./app.ts";

/** Figures of this node in the text format that Prometheus reads. */
function render(app: App): string {
  const figures: readonly (readonly [name: string, help: string, kind: "gauge" | "counter", value: number])[] = [
    ["dramac_plans_cached", "Plans held in memory.", "gauge", app.plans.size],
    ["dramac_usage_events_dropped_total", "Usage events dropped under overload or faults.", "counter", app.usage.dropped],
    ["process_resident_memory_bytes", "Resident memory of this process.", "gauge", process.memoryUsage.rss()],
    ["process_uptime_seconds", "Seconds since this process started.", "gauge", process.uptime()],
  ];
  return figures.map(([name, help, kind, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${name} ${value}\n`).join("");
}

/** `/metrics` on a port of its own, on this machine alone. */
export function startMetrics(app: App, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const isFound = request.method === "GET" && request.url === "/metrics";
    response.writeHead(isFound ? 200 : 404, { "content-type": "text/plain; version=0.0.4; charset=utf-8", "x-content-type-options": "nosniff" });
    response.end(isFound ? render(app) : "Not found.\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
