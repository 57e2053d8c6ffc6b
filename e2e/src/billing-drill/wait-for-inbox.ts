import type { Database } from "@dramac/edge-api/database";
import type { LemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import type { SimulatedClock } from "./simulated-clock.ts";

const PATIENCE_MS = 120_000;
const LOOK_MS = 50;
const HALF_AN_HOUR_MS = 1_800_000;

const pause = () => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

async function open(database: Database, where: string): Promise<number> {
  const query = `select count(*)::int as amount from webhook_inbox where status in ('pending', 'waiting') ${where}`;
  const [row] = await database.withPlatform("drill look", (tx) => tx.unsafe(query));
  return row?.amount as number;
}

/** Resolves when no more than so many deliveries wait for their first attempt. */
export async function untilCaughtUp(database: Database, max: number): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; (await open(database, "and attempts = 0")) > max; await pause()) {
    if (Date.now() > end) throw new Error("The nodes do not catch up.");
  }
}

/** Resolves when nothing is open any more; what is to be tried again much later is tried then. */
export async function untilDrained(database: Database, mock: LemonSqueezyMock, clock: SimulatedClock): Promise<void> {
  const isDue = () => `and next_attempt_at <= '${new Date(clock.now() + 130_000).toISOString()}'`;
  for (const end = Date.now() + PATIENCE_MS; (await open(database, "")) > 0; await pause()) {
    if (Date.now() > end) throw new Error(`The inbox does not drain: ${await open(database, "")} deliveries are open.`);
    if ((await open(database, isDue())) === 0) await clock.hold(() => mock.control.advance(HALF_AN_HOUR_MS));
  }
}
