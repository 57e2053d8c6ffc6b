import { existsSync, readFileSync } from "node:fs";
import { openDataFolder, rememberedPort } from "./data-folder.ts";
import { serverUrl } from "./server-login.ts";

/** Leads to the server that another process runs on a folder, by the password and the port that it keeps there; `undefined` without them. */
export function runningEmbeddedUrl(dataDir: string): string | undefined {
  const folder = openDataFolder(dataDir);
  const port = rememberedPort(folder);
  if (port === undefined || !existsSync(folder.password)) return undefined;
  return serverUrl(port, readFileSync(folder.password, "utf8").trim());
}
