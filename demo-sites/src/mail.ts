import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import { html } from "hono/html";
import type { DemoSitesOptions } from "./options.ts";
import { page } from "./page.ts";

interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly replyTo?: string;
  readonly sentAt: string;
}

const MAX_MAILS = 100;

/** The mails that the development mailer left in its folder, newest first. */
export function mail({ mailFolder }: DemoSitesOptions) {
  async function readMails(): Promise<Mail[]> {
    const names = await readdir(mailFolder).catch(() => []);
    const newest = names
      .filter((name) => name.endsWith(".json"))
      .sort()
      .reverse()
      .slice(0, MAX_MAILS);
    return Promise.all(newest.map(async (name) => JSON.parse(await readFile(join(mailFolder, name), "utf8")) as Mail));
  }

  return new Hono().get("/", async (context) => {
    const mails = await readMails();
    return context.html(
      page({
        title: "Mail",
        style:
          "article { padding: 16px; margin: 0 0 16px; background: var(--card); border: 1px solid var(--line); border-radius: 12px } article h2 { margin: 0; font-size: 1.1rem } dl { margin: 4px 0; color: var(--soft) } pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 8px 0 0 }",
        body: html`<main><h1>Mail</h1><p>What the platform sent in development. Nothing leaves this machine.</p>
${mails.length ? mails.map((one) => html`<article><h2>${one.subject}</h2><dl>To ${one.to}${one.replyTo ? html` · answer to ${one.replyTo}` : ""} · ${one.sentAt}</dl><pre>${one.text}</pre></article>`) : html`<p>No mail yet. Send the form on the brochure site.</p>`}</main>`,
      }),
    );
  });
}
