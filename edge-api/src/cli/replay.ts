import { isUuid } from "@dramac/contracts";
import { setTimeout as sleep } from "node:timers/promises";
import { createInboxWorker } from "../billing/inbox/worker.ts";
import type { ReconcileServices } from "../billing/reconcile.ts";
import { replayDelivery } from "../billing/replay-delivery.ts";
import type { Database } from "../db/database.ts";
import { writeAudit } from "../services/audit.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { type BillingCommand, openBilling } from "./open-billing.ts";

/** Another node may have taken one, and has so long for it. */
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

/** `billing replay`: deliveries by id, or all that were given up. */
export async function replay(
  command: BillingCommand,
  ids: readonly string[],
  { dead = false, yes = false }: { dead?: boolean; yes?: boolean },
): Promise<number> {
  const { screen, signal } = command;
  if (dead === ids.length > 0) throw new CommandError("Say which: the ids of deliveries, or --dead for all that were given up.");
  const wrong = ids.find((id) => !isUuid(id));
  if (wrong !== undefined) throw new CommandError(`${wrong} is no delivery's id.`);
  return openBilling(command, "database", async (services) => {
    const { database, hasKey } = services;
    const wanted = dead ? await findDeadDeliveries(database) : [...new Set(ids)];
    if (!wanted.length) {
      screen.print("Nothing was given up.");
      return EXIT.ok;
    }
    if (dead && !yes && screen.isInteractive && !(await screen.confirm(`Replay ${wanted.length} deliveries?`))) throw new CommandError("Nothing was replayed.");
    if (!hasKey) screen.printError("The provider cannot be asked without LEMONSQUEEZY_API_KEY: deliveries count as they are.");
    await restartDeliveries(services, wanted);
    const settled = await processDeliveries(services, wanted, command);
    for (const one of settled) screen.print(lineOf(one));
    const left = settled.filter(({ status }) => status !== "done");
    screen.print(`${settled.length - left.length} of ${settled.length} deliveries are done${signal.aborted ? "; stopped" : ""}.`);
    return left.length ? EXIT.found : EXIT.ok;
  });
}

const findDeadDeliveries = async (database: Database): Promise<string[]> =>
  (await database.withPlatform("billing replay", (tx) => tx`select id from webhook_inbox where status = 'dead' order by received_at, id`)).map(
    ({ id }) => id as string,
  );

/** All of them or none: an id that is wrong is found before anything is replayed. */
function restartDeliveries({ database, clock }: ReconcileServices, ids: readonly string[]): Promise<void> {
  return database.withPlatform("billing replay", async (tx) => {
    for (const id of ids) {
      const before = await replayDelivery(tx, id, new Date(clock()));
      if (before === undefined) throw new CommandError(`There is no delivery ${id}.`);
      if (before === "never") throw new CommandError(`Nothing follows from delivery ${id}, however often it is read.`);
      const change = { subject: "webhook", id, before: { status: before }, after: { status: "pending" }, reason: "by the command line" };
      await writeAudit(tx, "webhook.replay", { kind: "system", id: null, role: null }, "", change, { address: "", requestId: "" });
    }
  });
}

/** Works beside the servers, which may take some of them: those are waited for. */
async function processDeliveries(services: ReconcileServices, ids: readonly string[], { screen, signal }: BillingCommand): Promise<DeliveryStatus[]> {
  const { database } = services;
  const progress = screen.startProgress(`Replaying ${ids.length} deliveries`);
  const end = Date.now() + WAIT_MS;
  const look = async () => {
    const rows = await database.withPlatform(
      "billing replay",
      (tx) => tx<DeliveryStatus[]>`
        select id, event_name as event, status, attempts, outcome, last_error as error from webhook_inbox where id in ${tx([...ids])} order by received_at, id`,
    );
    // One that failed has an error, and its turn later: that is an answer, too.
    return { rows, open: rows.filter(({ status, error }) => (status === "pending" || status === "waiting") && error === null).length };
  };
  // A server's worker counts as well, so the bar moves by what the database says.
  let isDone = false;
  const watching = (async () => {
    for (; !isDone; await sleep(POLL_MS)) progress.show(`${ids.length - (await look()).open} settled`);
  })();
  try {
    await createInboxWorker(services).workOff(() => signal.aborted);
    let { rows, open } = await look();
    while (open && !signal.aborted && Date.now() < end) {
      await sleep(POLL_MS);
      ({ rows, open } = await look());
    }
    return [...rows];
  } finally {
    isDone = true;
    await watching.catch(() => undefined);
    progress.end("Replayed.");
  }
}

/** What went wrong may have many lines. */
const MAX_CHARACTERS = 300;

function lineOf({ id, event, status, outcome, error: told }: DeliveryStatus): string {
  const error = told?.replace(/\s+/g, " ").slice(0, MAX_CHARACTERS);
  const said =
    status === "done" ? outcome : status === "dead" ? `was given up again: ${error}` : error ? `is tried again later: ${error}` : "is being worked on";
  return `${id}  ${event}  ${said ?? "done"}`;
}
