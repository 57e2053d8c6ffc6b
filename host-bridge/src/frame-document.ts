import type { ShellConfiguration } from "@dramac/contracts";
import { startShell } from "./shell.ts";

/* Entry of the script that stands in every frame document, after the one that holds its configuration. */
startShell(JSON.parse(document.scripts[0]?.text ?? "") as ShellConfiguration);
