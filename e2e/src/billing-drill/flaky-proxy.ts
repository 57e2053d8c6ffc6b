import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** Where a transaction is interrupted. */
export interface Interruption {
  /** The reason that the transaction gives in its first statement. */
  readonly reason: string;
  /** From 1, the one that gives the reason. */
  readonly statement: number;
  /** Whether PostgreSQL still gets this statement. Either way the client gets no answer. */
  readonly arrives: boolean;
}

/** Types of the PostgreSQL protocol's messages. A statement ends with Sync, or is one Query. */
const [SYNC, QUERY, FLUSH, PASSWORD, TERMINATE] = [..."SQHpX"].map((letter) => letter.charCodeAt(0));
const CONTEXT = "app.reason";

/**
 * A proxy in front of PostgreSQL that closes a connection at a chosen statement. If that statement is the commit, the client cannot
 * know whether it took effect. Statements are counted by the protocol and not by packets, which differ from run to run.
 */
export async function startFlakyProxy(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const counts = { effects: 0, interrupted: 0 };
  let armed: Interruption | undefined;

  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket
        .setNoDelay(true)
        .on("error", () => undefined)
        .on("close", () => sockets.delete(socket));
    }
    const readParts = createPartReader();
    let current: { readonly interruption: Interruption; statement: number } | undefined;
    near.on("data", (chunk: Buffer) => {
      for (const { bytes, isStatement } of readParts(chunk)) {
        if (bytes.includes(CONTEXT)) {
          if (bytes.includes("billing effect")) counts.effects++;
          current = armed && bytes.includes(armed.reason) ? { interruption: armed, statement: 0 } : undefined;
        }
        if (current && isStatement && ++current.statement === current.interruption.statement) {
          armed = undefined;
          counts.interrupted++;
          if (current.interruption.arrives) far.end(bytes);
          else far.destroy();
          near.destroy();
          return;
        }
        far.write(bytes);
      }
    });
    far.on("data", (chunk: Buffer) => near.write(chunk));
    near.on("close", () => far.end());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    counts,
    /** Interrupts the next transaction that has this reason and so many statements. `undefined` takes that back. */
    arm(interruption: Interruption | undefined): void {
      armed = interruption;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Part {
  readonly bytes: Buffer;
  /** Whether these bytes have PostgreSQL run a statement. */
  readonly isStatement: boolean;
}

/** Splits what a client sends into the parts that PostgreSQL answers. */
function createPartReader(): (chunk: Buffer) => Part[] {
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const parts: Part[] = [];
    let end = 0;
    for (;;) {
      // The first message of a connection has no type.
      const header = isStarted ? 1 : 0;
      if (rest.length < end + header + 4) return parts;
      const type = isStarted ? rest[end] : PASSWORD;
      end += header + rest.readInt32BE(end + header);
      if (rest.length < end) return parts;
      isStarted = true;
      const isStatement = type === SYNC || type === QUERY;
      if (!isStatement && type !== FLUSH && type !== PASSWORD && type !== TERMINATE) continue;
      parts.push({ bytes: rest.subarray(0, end), isStatement });
      rest = rest.subarray(end);
      end = 0;
    }
  };
}
