import type { ShellConfiguration } from "@dramac/contracts";
import { startShell } from "./shell.ts";

/* The same entry for benchmarks and attack tests, with one operation more: `POST /echo` passes every check and is answered here. */
const ECHO = { pattern: "^POST /echo$", permission: null };
const configuration = JSON.parse(document.scripts[0]?.text ?? "") as ShellConfiguration;

startShell({ ...configuration, operations: [...configuration.operations, ECHO] }, async ({ data }) => ({ status: 200, data }));
