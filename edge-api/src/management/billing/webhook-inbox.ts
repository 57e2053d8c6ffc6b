import { InboxItemSchema, InboxQuerySchema, pageOf } from "@dramac/contracts";
import { replayDelivery } from "../../billing/replay-delivery.ts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { operation } from "../operation.ts";
import { pageFrom, pageStart, cursorKey } from "../../services/keyset-page.ts";
import { missing } from "../../services/missing.ts";
import type { BillingServices } from "./billing-services.ts";

const columns = (tx: Tx) => tx`
  w.id, w.event_name as event, w.resource_type as "resourceType", w.resource_id as "resourceId", w.mode, w.store, w.status, w.attempts, w.outcome,
  w.last_error as "lastError", w.received_at as "receivedAt", w.next_attempt_at as "nextAttemptAt", w.done_at as "doneAt"`;

/** Deliveries of the billing provider, for administrators. */
export const inboxOperations = ({ clock, wake }: Pick<BillingServices, "clock" | "wake">) => [
  operation({
    id: "webhook.list",
    method: "GET",
    path: "/api/admin/webhooks",
    summary: "Deliveries of the billing provider, newest first, with their outcomes.",
    minimumRole: "super_admin",
    query: InboxQuerySchema,
    answer: pageOf(InboxItemSchema),
    async run({ tx, query }) {
      const rows = await tx`
        select ${columns(tx)}, ${cursorKey(tx, "w.received_at")} from webhook_inbox w
        where (w.received_at, w.id) < ${pageStart(tx, query)} ${query.status ? tx`and w.status = ${query.status}` : tx``}
        order by w.received_at desc, w.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "webhook.replay",
    method: "POST",
    path: "/api/admin/webhooks/{webhookId}/replay",
    summary: "Processes a delivery again, from its first attempt.",
    minimumRole: "super_admin",
    answer: InboxItemSchema,
    async run({ tx, ids, record }) {
      const before = await replayDelivery(tx, ids.webhookId, new Date(clock()));
      if (before === undefined) throw missing();
      if (before === "never") throw new ApiError("conflict", "This delivery has no effect, so it cannot be replayed.");
      record({ subject: "webhook", id: ids.webhookId, before: { status: before }, after: { status: "pending" } });
      wake();
      const [after] = await tx`select ${columns(tx)} from webhook_inbox w where w.id = ${ids.webhookId}`;
      return after;
    },
  }),
];
