import { isUuid } from "@dramac/contracts";
import { setTimeout as sleep } from "node:timers/promises";
import { createInboxWorker } from "../billing/inbox/worker.ts";
import type { ReconcileServices } from "../billing/reconcile.ts";
import { replayDelivery } from "../billing/replay-delivery.ts";
import type { Database } from "../db/database.ts";
import { SYSTEM_AUTHOR, writeAudit } from "../services/audit.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { type BillingCommand, openBilling } from "./open-billing.ts";

/** Another node may have claimed a delivery; its lease is shorter than this. */
const WAIT_MS = 150_000;
const POLL_MS = 250;

interface DeliveryStatus {
  readonly id: string;
  readonly event: string;
  readonly status: string;
  readonly attempts: number;
  readonly outcome: string | null;
  readonly error: string | null;
}

/** `billing replay`: processes deliveries again, by id or all that were given up. */
export async function replay(
  command: BillingCommand,
  ids: readonly string[],
  { dead = false, yes = false }: { dead?: boolean; yes?: boolean },
): Promise<number> {
  const { screen, signal } = command;
  if (dead === ids.length > 0) throw new CommandError("Give the ids of deliveries, or --dead for all that were given up.");
  const wrong = ids.find((id) => !isUuid(id));
  if (wrong !== undefined) throw new CommandError(`${wrong} is not the id of a delivery.`);
  return openBilling(command, "database", async (services) => {
    const { database, hasKey } = services;
    const wanted = dead ? await findDeadDeliveries(database) : [...new Set(ids)];
    if (!wanted.length) {
      screen.print("Nothing was given up.");
      return EXIT.ok;
    }
    if (dead && !yes && screen.isInteractive && !(await screen.confirm(`Replay ${wanted.length} deliveries?`))) throw new CommandError("Nothing was replayed.");
    if (!hasKey) screen.printError("The provider cannot be asked without LEMONSQUEEZY_API_KEY: the state in the deliveries is used.");
    await restartDeliveries(services, wanted);
    const finished = await processDeliveries(services, wanted, command);
    for (const delivery of finished) screen.print(lineOf(delivery));
    const left = finished.filter(({ status }) => status !== "done");
    screen.print(`${finished.length - left.length} of ${finished.length} deliveries are done${signal.aborted ? "; stopped" : ""}.`);
    return left.length ? EXIT.found : EXIT.ok;
  });
}

const findDeadDeliveries = async (database: Database): Promise<string[]> =>
  (await database.withPlatform("billing replay", (tx) => tx`select id from webhook_inbox where status = 'dead' order by received_at, id`)).map(
    ({ id }) => id as string,
  );

/** Makes all deliveries due again, or none if an id is wrong. */
function restartDeliveries({ database, clock }: ReconcileServices, ids: readonly string[]): Promise<void> {
  return database.withPlatform("billing replay", async (tx) => {
    for (const id of ids) {
      const before = await replayDelivery(tx, id, new Date(clock()));
      if (before === undefined) throw new CommandError(`There is no delivery ${id}.`);
      if (before === "never") throw new CommandError(`Delivery ${id} has no effect, so it cannot be replayed.`);
      const change = { subject: "webhook", id, before: { status: before }, after: { status: "pending" }, reason: "by the command line" };
      await writeAudit(tx, { action: "webhook.replay", author: SYSTEM_AUTHOR, change });
    }
  });
}

/** Processes the deliveries. Running servers may process some of them, and the command waits for those too. */
async function processDeliveries(services: ReconcileServices, ids: readonly string[], { screen, signal }: BillingCommand): Promise<DeliveryStatus[]> {
  const { database } = services;
  const progress = screen.startProgress(`Replaying ${ids.length} deliveries`);
  const deadline = Date.now() + WAIT_MS;
  const readStatus = async () => {
    const rows = await database.withPlatform(
      "billing replay",
      (tx) => tx<DeliveryStatus[]>`
        select id, event_name as event, status, attempts, outcome, last_error as error from webhook_inbox where id in ${tx([...ids])} order by received_at, id`,
    );
    // A delivery with an error is finished for this command: its next attempt comes later.
    return { rows, open: rows.filter(({ status, error }) => (status === "pending" || status === "waiting") && error === null).length };
  };
  // The progress is read from the database, because servers may process deliveries too.
  let isDone = false;
  const watching = (async () => {
    for (; !isDone; await sleep(POLL_MS)) progress.show(`${ids.length - (await readStatus()).open} finished`);
  })();
  try {
    await createInboxWorker(services).processDue(() => signal.aborted);
    let { rows, open } = await readStatus();
    while (open && !signal.aborted && Date.now() < deadline) {
      await sleep(POLL_MS);
      ({ rows, open } = await readStatus());
    }
    return [...rows];
  } finally {
    isDone = true;
    await watching.catch(() => undefined);
    progress.end("Replayed.");
  }
}

/** An error may have many lines. */
const MAX_CHARACTERS = 300;

function lineOf({ id, event, status, outcome, error: lastError }: DeliveryStatus): string {
  const error = lastError?.replace(/\s+/g, " ").slice(0, MAX_CHARACTERS);
  const result =
    status === "done" ? outcome : status === "dead" ? `was given up again: ${error}` : error ? `is tried again later: ${error}` : "is being worked on";
  return `${id}  ${event}  ${result ?? "done"}`;
}
