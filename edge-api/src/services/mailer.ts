import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { createTransport } from "nodemailer";
import type { Database } from "../db/database.ts";
import { createPoller } from "./create-poller.ts";

interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly replyTo?: string;
}

export type SendMail = (mail: Mail) => Promise<void>;

/** Sends by SMTP. */
export function smtpMailer(url: string, from: string): SendMail {
  const transport = createTransport(url);
  return async ({ id, ...mail }) => {
    await transport.sendMail({ ...mail, from, messageId: `<${id}@dramac>` });
  };
}

/** For development: writes one JSON file per mail, which the demo's mail page shows. */
export function folderMailer(folder: string, from: string): SendMail {
  return async (mail) => {
    await mkdir(folder, { recursive: true });
    const sentAt = new Date().toISOString();
    await writeFile(join(folder, `${sentAt.replaceAll(":", "-")}-${mail.id}.json`), JSON.stringify({ ...mail, from, sentAt }, null, 2));
  };
}

/** The error of the mail server, for example `EENVELOPE 550`. */
type SendError = Error & { readonly code?: string; readonly responseCode?: number };

const EVERY_MS = 1_000;
const BATCH = 20;
const ATTEMPTS = 8;

/** Sends the mails of the outbox. Any number of nodes may run it: one node takes each mail. */
export function startOutbox(database: Database, send: SendMail) {
  const logger = getLogger(["dramac", "mail"]);

  async function work(): Promise<void> {
    const rows = await database.withPlatform(
      "mail outbox",
      (tx) => tx`
      update email_outbox set status = 'sending', attempts = attempts + 1, next_attempt_at = now() + interval '5 minutes'
      where id in (
        select id from email_outbox where status in ('pending', 'failed', 'sending') and next_attempt_at <= now()
        order by next_attempt_at limit ${BATCH} for update skip locked)
      returning id, recipient, subject, payload, attempts`,
    );
    for (const row of rows) {
      const { text, replyTo } = row.payload as { text: string; replyTo?: string };
      const mail: Mail = { id: row.id as string, to: row.recipient as string, subject: row.subject as string, text, ...(replyTo && { replyTo }) };
      const error = await send(mail).then(
        () => undefined,
        (cause: SendError) => cause,
      );
      await recordResult(mail.id, row.attempts as number, error);
    }
  }

  async function recordResult(id: string, attempts: number, error: SendError | undefined): Promise<void> {
    // A server's message names the recipient, so it is stored with the mail and not logged.
    if (error) logger.warn("mail {id} could not be sent: {code}", { id, code: [error.code ?? error.name, error.responseCode].filter(Boolean).join(" ") });
    const status = error === undefined ? "sent" : attempts >= ATTEMPTS ? "dead" : "failed";
    await database.withPlatform(
      "mail outbox",
      (tx) => tx`
      update email_outbox set status = ${status}, last_error = ${error?.message ?? null}, sent_at = case when ${status} = 'sent' then now() end,
        next_attempt_at = now() + interval '30 seconds' * ${2 ** attempts} where id = ${id}`,
    );
  }

  return createPoller(work, { everyMs: EVERY_MS, onError: (error) => logger.warn("outbox: {error}", { error: error.message }) });
}
