import { setTimeout as sleep } from "node:timers/promises";
import { createInboxWorker } from "../billing/inbox/worker.ts";
import type { ReconcileServices } from "../billing/reconcile.ts";
import { replayDelivery } from "../billing/replay-delivery.ts";
import type { Database } from "../db/database.ts";
import { writeAudit } from "../services/audit.ts";
import { CommandFault, EXIT } from "./command-fault.ts";
import { isUuid } from "./is-uuid.ts";
import { type BillingCommand, openBilling } from "./open-billing.ts";

/** Another node may have taken one, and has so long for it. */
const PATIENCE_MS = 150_000;
const LOOK_MS = 250;

interface Settled {
  readonly id: string;
  readonly event: string;
  readonly status: string;
  readonly attempts: number;
  readonly outcome: string | null;
  readonly fault: string | null;
}

/** `billing replay`: deliveries by id, or all that were given up. */
export async function replay(
  command: BillingCommand,
  ids: readonly string[],
  { dead = false, yes = false }: { dead?: boolean; yes?: boolean },
): Promise<number> {
  const { screen, signal } = command;
  if (dead === ids.length > 0) throw new CommandFault("Say which: the ids of deliveries, or --dead for all that were given up.");
  const wrong = ids.find((id) => !isUuid(id));
  if (wrong !== undefined) throw new CommandFault(`${wrong} is no delivery's id.`);
  return openBilling(command, "database", async (services) => {
    const { database, hasKey } = services;
    const wanted = dead ? await deadOnes(database) : [...new Set(ids)];
    if (!wanted.length) {
      screen.say("Nothing was given up.");
      return EXIT.ok;
    }
    if (dead && !yes && screen.isInteractive && !(await screen.ask(`Replay ${wanted.length} deliveries?`))) throw new CommandFault("Nothing was replayed.");
    if (!hasKey) screen.complain("The provider cannot be asked without LEMONSQUEEZY_API_KEY: deliveries count as they are.");
    await startAnew(services, wanted);
    const settled = await workOff(services, wanted, command);
    for (const one of settled) screen.say(lineOf(one));
    const left = settled.filter(({ status }) => status !== "done");
    screen.say(`${settled.length - left.length} of ${settled.length} deliveries are done${signal.aborted ? "; stopped" : ""}.`);
    return left.length ? EXIT.found : EXIT.ok;
  });
}

const deadOnes = async (database: Database): Promise<string[]> =>
  (await database.withPlatform("billing replay", (tx) => tx`select id from webhook_inbox where status = 'dead' order by received_at, id`)).map(
    ({ id }) => id as string,
  );

/** All of them or none: an id that is wrong is found before anything is replayed. */
function startAnew({ database, clock }: ReconcileServices, ids: readonly string[]): Promise<void> {
  return database.withPlatform("billing replay", async (tx) => {
    for (const id of ids) {
      const before = await replayDelivery(tx, id, new Date(clock()));
      if (before === undefined) throw new CommandFault(`There is no delivery ${id}.`);
      if (before === "never") throw new CommandFault(`Nothing follows from delivery ${id}, however often it is read.`);
      const change = { subject: "webhook", id, before: { status: before }, after: { status: "pending" }, reason: "by the command line" };
      await writeAudit(tx, "webhook.replay", { kind: "system", id: null, role: null }, "", change, { address: "", requestId: "" });
    }
  });
}

/** Works beside the servers, which may take some of them: those are waited for. */
async function workOff(services: ReconcileServices, ids: readonly string[], { screen, signal }: BillingCommand): Promise<Settled[]> {
  const { database } = services;
  const progress = screen.begin(`Replaying ${ids.length} deliveries`);
  const end = Date.now() + PATIENCE_MS;
  const look = async () => {
    const rows = await database.withPlatform(
      "billing replay",
      (tx) => tx<Settled[]>`
        select id, event_name as event, status, attempts, outcome, last_error as fault from webhook_inbox where id in ${tx([...ids])} order by received_at, id`,
    );
    // One that failed has an error, and its turn later: that is an answer, too.
    return { rows, open: rows.filter(({ status, fault }) => (status === "pending" || status === "waiting") && fault === null).length };
  };
  // A server's worker counts as well, so the bar moves by what the database says.
  let isDone = false;
  const watching = (async () => {
    for (; !isDone; await sleep(LOOK_MS)) progress.show(`${ids.length - (await look()).open} settled`);
  })();
  try {
    await createInboxWorker(services).workOff(() => signal.aborted);
    let { rows, open } = await look();
    while (open && !signal.aborted && Date.now() < end) {
      await sleep(LOOK_MS);
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
const MOST_CHARACTERS = 300;

function lineOf({ id, event, status, outcome, fault: told }: Settled): string {
  const fault = told?.replace(/\s+/g, " ").slice(0, MOST_CHARACTERS);
  const said =
    status === "done" ? outcome : status === "dead" ? `was given up again: ${fault}` : fault ? `is tried again later: ${fault}` : "is being worked on";
  return `${id}  ${event}  ${said ?? "done"}`;
}
