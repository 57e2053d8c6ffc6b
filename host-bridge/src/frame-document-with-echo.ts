import type { ShellConfiguration } from "@dramac/contracts";
import { CONFIGURATION_ID } from "@dramac/contracts/configuration-id";
import { startShell } from "./shell.ts";

/* The same entry for benchmarks and attack tests: `GET /echo` is answered by the shell itself. */
startShell(JSON.parse(document.getElementById(CONFIGURATION_ID)?.textContent ?? "") as ShellConfiguration, (request) =>
  request.endpoint === "/echo" ? (request.data ?? null) : undefined,
);
