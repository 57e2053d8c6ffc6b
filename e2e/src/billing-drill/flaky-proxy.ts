import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import type { Chance } from "./random.ts";

/** What a transaction of an effect says of itself in its first statement. */
const EFFECT = Buffer.from("billing effect");
/** About as many messages as an effect sends. */
const MAX_MESSAGES = 12;

/**
 * A line to PostgreSQL that tears while an effect is being written: before one of its messages arrives, or after it has arrived and
 * before the answer is back. Torn at the commit, nobody at the near end can tell whether it counted.
 * @param share of the effects, from 0 to 1
 */
export async function startFlakyProxy(databaseUrl: string, { chance, share }: { chance: Chance; share: number }) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const counts = { effects: 0, interrupted: 0 };
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    let left: number | undefined;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    near.on("data", (message: Buffer) => {
      if (message.includes(EFFECT)) {
        counts.effects++;
        left = chance.is(share) ? 1 + chance.below(MAX_MESSAGES) : undefined;
      }
      if (left === undefined || --left > 0) return void far.write(message);
      counts.interrupted++;
      left = undefined;
      if (chance.is(0.5)) far.end(message);
      else far.destroy();
      near.destroy();
    });
    far.on("data", (message: Buffer) => near.write(message));
    near.on("close", () => far.end());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const near = new URL(databaseUrl);
  near.hostname = "127.0.0.1";
  near.port = String((server.address() as AddressInfo).port);
  return {
    url: near.href,
    counts,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
