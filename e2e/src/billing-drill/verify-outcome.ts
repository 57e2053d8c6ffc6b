import { checkLedger } from "@dramac/edge-api/ledger";
import type { Database } from "@dramac/edge-api/database";
import type { LemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import { eventKey } from "./delivery-shuffler.ts";
import { expectedLedger } from "./ledger-oracle.ts";
import { expectedRight } from "./rights-oracle.ts";

interface Evidence {
  readonly database: Database;
  readonly mock: LemonSqueezyMock;
  readonly acknowledged: ReadonlySet<string>;
  /** Whether the last event of a subject such as `order 1003` was answered with 200. */
  readonly isLastDelivered: (subject: string) => boolean;
  /** What the nodes logged as errors. */
  readonly alerts: readonly string[];
}

/** @returns everything that is wrong after a drill, in sentences; empty when all is well */
export async function verifyOutcome(evidence: Evidence): Promise<readonly string[]> {
  return (await Promise.all([verifyRights(evidence), verifyMoney(evidence), verifyEffects(evidence), verifyInbox(evidence), verifyDrifts(evidence)])).flat();
}

const look = <Row extends object>({ database }: Evidence, query: string): Promise<readonly Row[]> =>
  database.withPlatform("drill verdict", (tx) => tx.unsafe(query)) as unknown as Promise<readonly Row[]>;

/** Every right is the one that follows from the provider's records, and is stored so. */
async function verifyRights(evidence: Evidence): Promise<string[]> {
  const { state, now } = evidence.mock.control;
  interface Row {
    readonly id: string;
    readonly status: string;
    readonly reason: string | null;
    readonly isAllowed: boolean;
    readonly validUntil: Date | null;
    readonly renewsAt: Date | null;
    readonly endsAt: Date | null;
  }
  const rows = await look<Row>(
    evidence,
    `select s.provider_subscription_id as id, s.status, c.reason, c.is_allowed as "isAllowed", c.valid_until as "validUntil", s.renews_at as "renewsAt", s.ends_at as "endsAt"
     from agency_module_subscriptions s left join lateral
      (select reason, is_allowed, valid_until from entitlement_changes e where e.subscription_id = s.id order by version desc limit 1) c on true
     where s.provider_subscription_id is not null`,
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  return state.subscriptions.flatMap((row) => {
    const ours = known.get(String(row.id));
    if (!ours) return [`Subscription ${row.id} is ${row.status}, and the platform does not know it.`];
    const wanted = expectedRight(state, row, now());
    const at = (moment: number | null) => (moment === null ? "never" : new Date(moment).toISOString());
    const isStale = ours.validUntil !== null && ours.validUntil.getTime() <= now();
    const facts: [string, unknown, unknown][] = [
      ["status", wanted.status, ours.status],
      ["renewal", at(row.renewsAt), at(ours.renewsAt?.getTime() ?? null)],
      ["end", at(row.endsAt), at(ours.endsAt?.getTime() ?? null)],
      // The stored right is valid until a moment; after it the rule is evaluated again.
      ...(isStale ? [] : ([["right", `${wanted.reason} ${wanted.isAllowed}`, `${ours.reason} ${ours.isAllowed}`]] as [string, string, string][])),
    ];
    return facts.flatMap(([what, there, here]) => (there === here ? [] : [`Subscription ${row.id}: its ${what} is ${there}, and ${here} here.`]));
  });
}

/** The ledger is sound, and agrees to the cent with what the provider took and refunded. */
async function verifyMoney({ database, mock }: Evidence): Promise<string[]> {
  const { isSound, issues, currencies } = await database.withPlatform("drill verdict", checkLedger);
  const held = currencies.find(({ mode, currency }) => mode === "test" && currency === "USD")?.accounts ?? {};
  const wrong = Object.entries(expectedLedger(mock.control.state)).flatMap(([account, cents]) => {
    const ours = Number(held[account as keyof typeof held] ?? 0n);
    return ours === cents ? [] : [`The ledger holds ${ours} of ${account}, and it should be ${cents}.`];
  });
  return [
    ...(isSound ? [] : [`The ledger is not sound: ${JSON.stringify(issues)}`]),
    ...(currencies.length > 1 ? ["There is money of another mode or currency."] : []),
    ...wrong,
  ];
}

/** Nothing took effect twice: no event at two moments, no change without a difference, no payment posted twice. */
async function verifyEffects(evidence: Evidence): Promise<string[]> {
  const found = await look<{ what: string }>(
    evidence,
    `select 'event ' || cause_id || ' changed rights at ' || count(distinct at) || ' moments' as what from entitlement_changes where cause_kind = 'webhook'
       group by cause_id having count(distinct at) > 1
     union all select 'event ' || cause || ' was posted at ' || count(distinct posted_at) || ' moments' from ledger_entries where cause is not null
       group by cause having count(distinct posted_at) > 1
     union all select kind || ' of ' || money_kind || ' ' || money_id || ' was posted ' || count(*) || ' times' from ledger_entries where kind = 'payment'
       group by kind, money_kind, money_id having count(*) > 1
     union all select 'change ' || version || ' of ' || subscription_id || ' changes nothing' from
       (select *, lag((status, reason, valid_until)) over (partition by subscription_id order by version) as before from entitlement_changes) c
       where before = (status, reason, valid_until)
     union all select 'changes of ' || subscription_id || ' are not numbered one by one' from entitlement_changes group by subscription_id having max(version) <> count(*)
     union all select 'subscription ' || s.id || ' has ' || s.changes || ' changes and ' || s.audited || ' rows of audit' from
       (select a.id, (select count(*) from entitlement_changes c where c.subscription_id = a.id) as changes,
         (select count(*) from audit_log l where l.action = 'subscription.entitlement' and l.subject_id = a.id::text) as audited from agency_module_subscriptions a) s
       where s.changes <> s.audited`,
  );
  return found.map(({ what }) => what);
}

/** Every event that was answered with 200 has one row, which is done, ignored with a reason, or given up with an alert. */
async function verifyInbox(evidence: Evidence): Promise<string[]> {
  const rows = await look<{ body: Buffer; status: string; outcome: string | null; kind: string; id: string }>(
    evidence,
    "select raw_body as body, status, outcome, resource_type as kind, resource_id as id from webhook_inbox",
  );
  const times = new Map<string, number>();
  const wrong = rows.flatMap(({ body, status, outcome, kind, id }) => {
    const key = eventKey(body.toString("utf8"));
    times.set(key, (times.get(key) ?? 0) + 1);
    if (status === "done" || (status === "ignored" && outcome)) return [];
    if (status === "dead" && evidence.alerts.some((alert) => alert.startsWith("BILLING_DEAD_LETTER") && alert.includes(`"id":"${id}"`))) return [];
    return [`A delivery of ${kind} ${id} is ${status}.`];
  });
  const lost = [...evidence.acknowledged].filter((key) => !times.has(key)).map((key) => `This was answered with 200 and is lost: ${key.slice(0, 200)}`);
  const twice = [...times].filter(([, count]) => count > 1).map(([key, count]) => `This is stored ${count} times: ${key.slice(0, 200)}`);
  return [...wrong, ...lost, ...twice];
}

/** Reconciliation repaired only resources whose last event was not delivered. */
async function verifyDrifts(evidence: Evidence): Promise<string[]> {
  const drifts = await look<{ subject: string }>(evidence, "select subject_kind || ' ' || subject_id as subject from audit_log where action = 'billing.drift'");
  return drifts
    .filter(({ subject }) => evidence.isLastDelivered(subject))
    .map(({ subject }) => `The last of ${subject} was delivered, and reconciliation had to repair it.`);
}
