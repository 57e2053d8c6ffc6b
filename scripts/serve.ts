import { readConfiguration } from "../edge-api/src/config.ts";
import { startServer } from "../edge-api/src/server.ts";
import { issueSetupToken } from "../edge-api/src/management/setup.ts";
import { logToConsole } from "./console-log.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

/** `npm run serve`: one node for real tenants, after `npm run build`. The first start prints the token that makes a super admin. */
async function serve(): Promise<void> {
  await logToConsole();
  const configuration = readConfiguration();
  const server = await startServer(configuration);
  stopOnSignals([server.close]);
  const token = await issueSetupToken(server.database);
  console.log(`Serving ${configuration.platform}. Ctrl-C stops it.`);
  if (!token) return;
  console.log(`There is no super admin yet. This makes one, once, and answers with its key:
  curl -X POST ${configuration.platform}/api/setup -H 'content-type: application/json' \\
    -d '{"token":"${token}","email":"you@example.com","name":"Your name"}'`);
}

serve().catch((fault: Error) => {
  console.error(fault.message);
  process.exit(1);
});
