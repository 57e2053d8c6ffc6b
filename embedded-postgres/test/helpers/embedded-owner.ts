import { startEmbeddedPostgres } from "../../src/start-embedded-postgres.ts";

/** A Node process that owns an embedded PostgreSQL until it is killed, for tests of what it leaves behind. */
const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "", settings: { fsync: "off" } });
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.url })}\n`);
setInterval(() => undefined, 60_000);
