import { EmailRequestSchema } from "@dramac/contracts";
import type { Database, Tx } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import type { Caller } from "./caller.ts";

const MAX_PER_DAY = 500;

/** Queues a declared template for the installation's verified recipients; a worker sends it. */
export function createEmails(database: Database, onQueued: () => void) {
  return async function send(caller: Caller, data: unknown): Promise<{ queued: number }> {
    const request = parse(EmailRequestSchema, data);
    const { emails } = caller.installation.manifest;
    const template = Object.hasOwn(emails, request.template) ? emails[request.template] : undefined;
    if (!template) throw new ApiError("not_found", `Declare the template ${request.template} in the manifest's emails.`);
    const unknown = Object.keys(request.fields).find((field) => !template.fields.includes(field));
    if (unknown !== undefined)
      throw new ApiError("validation_failed", `The template has no field ${unknown}.`, { faults: [{ path: `/fields/${unknown}`, message: "not declared" }] });
    const fill = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_, field: string) => request.fields[field] ?? "");
    const subject = oneLine(fill(template.subject));
    const replyTo = template.replyTo && request.fields[template.replyTo];
    const payload = { text: fill(template.text), ...(replyTo && isAddress(replyTo) && { replyTo }) };
    const { id, agencyId } = caller.installation;
    const queued = await database.withTenant(agencyId, async (tx) => {
      // First without the lock, so that calls over the daily quota do not wait for it.
      await requireDailyQuota(tx, id, 1);
      // With the lock, each of several concurrent calls counts the mails of the calls before it.
      const recipients = await tx`
        select address from verified_recipients where installation_id = ${id} and verified_at is not null order by address for update`;
      if (!recipients.length) throw new ApiError("recipient_not_allowed", "There is no verified recipient: add one to this installation and confirm it.");
      await requireDailyQuota(tx, id, recipients.length);
      for (const { address } of recipients) {
        await tx`insert into email_outbox (agency_id, installation_id, template, recipient, subject, payload)
          values (${agencyId}, ${id}, ${request.template}, ${address as string}, ${subject}, ${tx.json(payload)})`;
      }
      return recipients.length;
    });
    onQueued();
    return { queued };
  };
}

/** @throws ApiError `quota_exceeded` when `more` mails do not fit into the day's quota */
async function requireDailyQuota(tx: Tx, installation: string, more: number): Promise<void> {
  const [sent] = await tx`select count(*)::int as count from email_outbox where installation_id = ${installation} and created_at > now() - interval '1 day'`;
  if (((sent?.count as number | undefined) ?? 0) + more > MAX_PER_DAY) throw new ApiError("quota_exceeded", `At most ${MAX_PER_DAY} mails a day.`);
}

/** Header text: one line, no control characters, so that no field can add a header. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, 200);

const isAddress = (text: string): boolean => /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+\.[^\s@<>"(),:;\\[\]]+$/.test(text) && text.length <= 254;
