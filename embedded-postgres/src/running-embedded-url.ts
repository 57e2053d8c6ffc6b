import { existsSync, readFileSync } from "node:fs";
import { openDataFolder, rememberedPort } from "./data-folder.ts";
import { serverUrl } from "./server-login.ts";

/** The URL of the server that another process runs on a folder, from its stored password and port; `undefined` without them. */
export function runningEmbeddedUrl(dataDir: string): string | undefined {
  const folder = openDataFolder(dataDir);
  const port = rememberedPort(folder);
  if (port === undefined || !existsSync(folder.password)) return undefined;
  return serverUrl(port, readFileSync(folder.password, "utf8").trim());
}
