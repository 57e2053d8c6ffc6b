import type { ShellConfiguration } from "@dramac/contracts";
import { startShell } from "./shell.ts";

/* Entry of the script in every frame document. The script before it holds the configuration. */
startShell(JSON.parse(document.scripts[0]?.text ?? "") as ShellConfiguration);
