import type { ShellConfiguration } from "@dramac/contracts";
import { CONFIGURATION_ID } from "@dramac/contracts/configuration-id";
import { startShell } from "./shell.ts";

/* The same entry for benchmarks and attack tests, with one operation more: `POST /echo` passes every check and is answered here. */
const ECHO = { pattern: "^POST /echo$", permission: null };
const configuration = JSON.parse(document.getElementById(CONFIGURATION_ID)?.textContent ?? "") as ShellConfiguration;

startShell({ ...configuration, operations: [...configuration.operations, ECHO] }, async ({ data }) => ({ status: 200, data }));
