import { createServer, type Server } from "node:http";
import type { App } from "./app.ts";
import { billingMetrics } from "./billing/metrics.ts";
import type { Metric } from "./metric.ts";

/** Metrics of this node, and of the data that all nodes share, in the text format of Prometheus. */
async function render(app: App): Promise<string> {
  const metrics: readonly Metric[] = [
    { name: "dramac_plans_cached", help: "Plans held in memory.", kind: "gauge", value: app.plans.size },
    { name: "dramac_usage_events_dropped_total", help: "Usage events dropped under overload or after errors.", kind: "counter", value: app.usage.dropped },
    { name: "process_resident_memory_bytes", help: "Resident memory of this process.", kind: "gauge", value: process.memoryUsage.rss() },
    { name: "process_uptime_seconds", help: "Seconds since this process started.", kind: "gauge", value: process.uptime() },
    ...(await billingMetrics(app.billing)),
  ];
  return metrics.map(formatMetric).join("");
}

function formatMetric({ name, help, kind, value }: Metric): string {
  const lines =
    typeof value === "number" ? [`${name} ${value}`] : Object.entries(value.values).map(([label, count]) => `${name}{${value.label}="${label}"} ${count}`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join("\n")}\n`;
}

/** Serves `/metrics` on a port of its own, reachable from this machine only. */
export function startMetrics(app: App, port: number): Promise<Server> {
  async function answer(isFound: boolean): Promise<string> {
    return isFound ? render(app) : "Not found.\n";
  }
  const server = createServer((request, response) => {
    const isFound = request.method === "GET" && request.url === "/metrics";
    void answer(isFound).then(
      (text) =>
        response.writeHead(isFound ? 200 : 404, { "content-type": "text/plain; version=0.0.4; charset=utf-8", "x-content-type-options": "nosniff" }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
