import type { ShellConfiguration } from "@dramac/contracts";
import { startShell } from "./shell.ts";

/* Entry for benchmarks and attack tests. It adds the operation `POST /echo`, which passes every check and is answered in the shell. */
const ECHO = { pattern: "^POST /echo$", permission: null };
const configuration = JSON.parse(document.scripts[0]?.text ?? "") as ShellConfiguration;

startShell({ ...configuration, operations: [...configuration.operations, ECHO], transport: async ({ data }) => ({ status: 200, data }) });
