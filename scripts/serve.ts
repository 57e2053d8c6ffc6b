import { readConfiguration } from "../edge-api/src/config.ts";
import { startServer } from "../edge-api/src/server.ts";
import { issueSetupToken } from "../edge-api/src/management/setup.ts";
import { logToConsole } from "./console-log.ts";
import { runUntilStopped } from "./run-until-stopped.ts";

/** `npm run serve`: one node for real tenants, after `npm run build`. The first start prints the token that makes a super admin. */
async function serve(undo: (() => Promise<unknown>)[]): Promise<void> {
  await logToConsole();
  const configuration = readConfiguration();
  const starting = startServer(configuration);
  undo.push(async () => (await starting).close());
  const server = await starting;
  const token = await issueSetupToken(server.database);
  console.log(`Serving ${configuration.platform}. Ctrl-C stops it.`);
  if (!token) return;
  console.log(`There is no super admin yet. This makes one, once, and answers with its key:
  curl -X POST ${configuration.platform}/api/setup -H 'content-type: application/json' \\
    -d '{"token":"${token}","email":"you@example.com","name":"Your name"}'`);
}

runUntilStopped(serve);
