import type { ShellConfiguration } from "@dramac/contracts";
import { CONFIGURATION_ID } from "@dramac/contracts/configuration-id";
import { startShell } from "./shell.ts";

/* Entry of the script that stands in every frame document. */
startShell(JSON.parse(document.getElementById(CONFIGURATION_ID)?.textContent ?? "") as ShellConfiguration);
