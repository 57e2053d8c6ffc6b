import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openDriver, type Driver } from "./driver.ts";
import { DatabaseError } from "./errors.ts";
import { asDatabaseError } from "./transient-failure.ts";

export interface ListenerTimes {
  /** How often the listener sends itself a ping; default 1,000 ms. */
  readonly pingEveryMs?: number;
  /** Without a ping for this long the connection counts as lost; default 3,000 ms. */
  readonly lostAfterMs?: number;
  /** The pause before each new attempt to connect; default 250 ms. */
  readonly retryEveryMs?: number;
}

export interface InvalidationListener {
  /** Whether notifications arrive at present. While they do not, cached values may be outdated. */
  isListening(): boolean;
  listen(channel: string, onPayload: (payload: string) => void, onReset: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface Subscription {
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
  readonly onReset: () => void;
}

interface Connection {
  readonly sql: Driver;
  lastPingAt: number;
}

/**
 * Listens to notifications on one direct connection, and checks that connection by sending itself pings with NOTIFY.
 * When the connection is lost, notifications may be lost too: `onReset` of every subscriber is called at the loss and again
 * when the new connection listens, and the subscriber should drop everything that it cached.
 */
export function createInvalidationListener(url: string, times: ListenerTimes = {}): InvalidationListener {
  const { pingEveryMs = 1_000, lostAfterMs = 3_000, retryEveryMs = 250 } = times;
  const pingChannel = `dramac_ping_${randomBytes(8).toString("hex")}`;
  const subscriptions = new Set<Subscription>();
  let connection: Connection | undefined;
  let opening: Promise<Connection> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  return { listen, close, isListening: () => connection !== undefined && Date.now() - connection.lastPingAt <= lostAfterMs };

  async function listen(channel: string, onPayload: (payload: string) => void, onReset: () => void): Promise<() => Promise<void>> {
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(channel)) {
      throw new DatabaseError("bad_channel", "A channel's name has lower-case letters, digits and underscores, at most 63.");
    }
    const subscription: Subscription = { channel, onPayload, onReset };
    const current = connection ?? (await (opening ??= openConnection().finally(() => (opening = undefined))));
    let unlisten: () => Promise<void>;
    try {
      unlisten = await subscribe(current, subscription);
    } catch (error) {
      throw asDatabaseError(error);
    }
    subscriptions.add(subscription);
    return async function stopListening() {
      if (!subscriptions.delete(subscription)) return;
      if (connection === current) await unlisten().catch(() => undefined);
    };
  }

  async function openConnection(): Promise<Connection> {
    if (closed) throw new DatabaseError("unavailable", "This database was closed: connect again.");
    const next: Connection = { sql: openDriver(url, { max: 1, prepare: false, applicationName: "dramac-listener" }), lastPingAt: Date.now() };
    try {
      await withTimeout(next.sql.listen(pingChannel, () => (next.lastPingAt = Date.now()), dropAfterFirst(next)));
      for (const subscription of subscriptions) await withTimeout(subscribe(next, subscription));
    } catch (error) {
      void next.sql.end({ timeout: 0 });
      throw asDatabaseError(error);
    }
    connection = next;
    timer ??= setInterval(ping, pingEveryMs).unref();
    return next;
  }

  async function subscribe(current: Connection, { channel, onPayload }: Subscription): Promise<() => Promise<void>> {
    const { unlisten } = await current.sql.listen(channel, (payload) => {
      if (connection === current) onPayload(payload);
    });
    return unlisten;
  }

  /** After a lost connection the driver listens again by itself. Notifications were lost all the same, so we reconnect. */
  function dropAfterFirst(current: Connection): () => void {
    let first = true;
    return () => {
      if (!first && connection === current) void reconnect(current);
      first = false;
    };
  }

  function ping(): void {
    const current = connection;
    if (!current) return;
    if (Date.now() - current.lastPingAt > lostAfterMs) return void reconnect(current);
    current.sql.notify(pingChannel, "").catch(() => void (connection === current && reconnect(current)));
  }

  async function reconnect(current: Connection): Promise<void> {
    if (connection !== current) return;
    connection = undefined;
    void current.sql.end({ timeout: 0 });
    resetAll();
    while (!closed && !connection) {
      await sleep(retryEveryMs, undefined, { ref: false });
      try {
        await (opening ??= openConnection().finally(() => (opening = undefined)));
      } catch {
        continue;
      }
      resetAll();
    }
  }

  function resetAll(): void {
    for (const { onReset } of subscriptions) onReset();
  }

  /** The driver retries a failed LISTEN without an error, so the wait needs a timeout. */
  function withTimeout<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    const late = sleep(lostAfterMs, undefined, { ref: false }).then(() => {
      throw new DatabaseError("unavailable", "The database does not answer a LISTEN; try again in a moment.");
    });
    late.catch(() => undefined);
    return Promise.race([work, late]);
  }

  async function close(): Promise<void> {
    closed = true;
    clearInterval(timer);
    subscriptions.clear();
    const current = connection ?? (await opening?.catch(() => undefined));
    connection = undefined;
    await current?.sql.end({ timeout: 0 });
  }
}
