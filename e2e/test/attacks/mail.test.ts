import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { dialPort, type ReceivedMail, type MockSmtpServer, startMockSmtpServer } from "../../src/index.ts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

const OWNER = "owner@example.com";
const MAX_PER_DAY = 500;

let mock: MockSmtpServer;
let two: TwoInstallations;
before(async () => {
  mock = await startMockSmtpServer();
  two = await startTwoInstallations(
    { SMTP_URL: mock.url, MAIL_FROM: "Platform <no-reply@platform.example>" },
    {
      change: (manifest) => {
        if (manifest.slug !== "probe") return;
        const emails = manifest.emails as Record<string, object>;
        emails.answered = { subject: "From {{name}}", text: "{{name}} <{{mail}}> says:\n{{text}}", fields: ["name", "mail", "text"], replyTo: "mail" };
      },
    },
  );
});
after(async () => {
  await two?.platform.close();
  await mock?.close();
});
beforeEach(async () => {
  await two.platform.database.withPlatform("test change", (tx) => tx`delete from email_outbox`);
  mock.mails.length = 0;
  mock.commands.length = 0;
});

async function newVisitor(): Promise<string> {
  return (JSON.parse((await two.openSession(two.probe)).body) as { token: string }).token;
}

async function send(token: string, data: unknown, installation = two.probe) {
  const body = { requestId: 1, method: "POST", endpoint: "/email", data };
  const answer = await two.post(installation, `/api/modules/${installation}/proxy`, body, { authorization: `Bearer ${token}` });
  return JSON.parse(answer.body) as { status?: number; code?: string; data?: { queued: number } };
}

async function arrived(count: number): Promise<readonly ReceivedMail[]> {
  for (const end = Date.now() + 20_000; mock.mails.length < count && Date.now() < end; ) await sleep(20);
  assert.equal(mock.mails.length, count);
  return mock.mails;
}

/** Header lines, each with what was folded under it. */
function headersOf({ raw }: ReceivedMail): Map<string, string[]> {
  const [head = ""] = raw.split("\r\n\r\n");
  const headers = new Map<string, string[]>();
  for (const line of head.replace(/\r\n[ \t]+/g, " ").split("\r\n")) {
    const [name = "", ...rest] = line.split(":");
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), rest.join(":").trim()]);
  }
  return headers;
}

/** What a reader's program would show: transfer encodings undone. */
function textOf({ raw }: ReceivedMail): string {
  const body = raw.slice(raw.indexOf("\r\n\r\n") + 4);
  if (/^content-transfer-encoding: base64/im.test(raw)) return Buffer.from(body, "base64").toString();
  if (!/^content-transfer-encoding: quoted-printable/im.test(raw)) return body;
  const bytes = body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

const CARRIED = ["content-transfer-encoding", "content-type", "date", "from", "message-id", "mime-version", "reply-to", "subject", "to"];

describe("66: mail by a module", () => {
  test("goes only to the verified recipient, from the platform, and replies go to the author", async () => {
    assert.deepEqual(await send(await newVisitor(), { template: "answered", fields: { name: "Ada", mail: "ada@example.org", text: "Hello" } }), {
      requestId: 1,
      status: 202,
      data: { queued: 1 },
    });
    const [mail] = (await arrived(1)) as [ReceivedMail];
    assert.deepEqual([mail.from, mail.to], ["no-reply@platform.example", [OWNER]]);
    const headers = headersOf(mail);
    assert.deepEqual([headers.get("to"), headers.get("subject"), headers.get("reply-to")], [[OWNER], ["From Ada"], ["ada@example.org"]]);
    assert.match(textOf(mail), /^Ada <ada@example\.org> says:\r?\nHello/);
  });

  test("cannot set a recipient, sender, header or template", async () => {
    const token = await newVisitor();
    for (const [data, code] of [
      [{ template: "note", fields: { text: "x" }, to: "victim@example.org" }, "validation_failed"],
      [{ template: "note", fields: { text: "x" }, cc: ["victim@example.org"] }, "validation_failed"],
      [{ template: "note", fields: { text: "x" }, bcc: "victim@example.org" }, "validation_failed"],
      [{ template: "note", fields: { text: "x" }, from: "boss@example.org" }, "validation_failed"],
      [{ template: "note", fields: { text: "x" }, headers: { "x-evil": "1" } }, "validation_failed"],
      [{ template: "note", fields: { text: "x" }, html: "<b>x</b>" }, "validation_failed"],
      [{ template: "note", fields: { text: "x" }, attachments: [{ path: "/etc/passwd" }] }, "validation_failed"],
      [{ template: "note", fields: { text: "x", to: "victim@example.org" } }, "validation_failed"],
      [{ template: "note", fields: { text: { path: "/etc/passwd" } } }, "validation_failed"],
      [{ template: "note", fields: { text: "x".repeat(5_001) } }, "validation_failed"],
      [{ template: "__proto__", fields: {} }, "not_found"],
      [{ template: "constructor", fields: {} }, "not_found"],
      [{ template: { subject: "x", text: "x" }, fields: {} }, "validation_failed"],
    ] as const) {
      assert.equal((await send(token, data)).code, code, JSON.stringify(data).slice(0, 90));
    }
    await sleep(1_200);
    assert.equal(mock.mails.length, 0);
    assert.equal((await send(token, { template: "note", fields: { text: "x" } })).status, 202);
    await arrived(1);
  });

  test("without the permission, or without a verified recipient, is refused", async () => {
    const other = (JSON.parse((await two.openSession(two.villain)).body) as { token: string }).token;
    assert.equal((await send(other, { template: "note", fields: { text: "x" } }, two.villain)).code, "permission_denied");
    const verify = (at: Date | null) => two.platform.database.withPlatform("test change", (tx) => tx`update verified_recipients set verified_at = ${at}`);
    await verify(null);
    const token = await newVisitor();
    assert.equal((await send(token, { template: "note", fields: { text: "x" } })).code, "recipient_not_allowed");
    await verify(new Date());
    assert.equal((await send(token, { template: "note", fields: { text: "x" } })).status, 202);
    await arrived(1);
  });

  test("with line breaks in its fields adds no header, recipient, command or second mail", async () => {
    const token = await newVisitor();
    const breaks = ["\r\n", "\n", "\r", "\u2028", "\u0085", "%0d%0a", "\r\n\r\n"];
    for (const line of breaks) {
      const evil = `Ada${line}Bcc: victim@example.org${line}X-Evil: 1${line}.${line}MAIL FROM:<evil@example.org>`;
      assert.equal((await send(token, { template: "answered", fields: { name: evil, mail: `a@b.example${line}victim@example.org`, text: evil } })).status, 202);
    }
    for (const mail of await arrived(breaks.length)) {
      const headers = headersOf(mail);
      assert.deepEqual(
        [...headers.keys()].filter((name) => !CARRIED.includes(name)),
        [],
        mail.raw,
      );
      for (const [name, values] of headers) assert.equal(values.length, 1, name);
      assert.deepEqual([mail.from, mail.to, headers.get("to")], ["no-reply@platform.example", [OWNER], [OWNER]]);
      assert.equal(headers.get("reply-to"), undefined, "what is not one address is none to answer to");
    }
    assert.ok(mock.commands.every((command) => !/victim|evil/.test(command)));
  });

  test("has one reply address or none", async () => {
    const token = await newVisitor();
    const wrong = [
      "a@b.example, victim@example.org",
      "<a@b.example>",
      "a@b.example;c@d.example",
      "Boss <a@b.example>",
      "a b@c.example",
      "@b.example",
      "a@b",
      `${"a".repeat(250)}@b.example`,
    ];
    for (const mail of wrong) await send(token, { template: "answered", fields: { name: "Ada", mail, text: "x" } });
    for (const mail of await arrived(wrong.length)) assert.equal(headersOf(mail).get("reply-to"), undefined);
  });

  test("carries markup and links as plain text", async () => {
    const html = '<img src="https://evil.example/pixel"><a href="javascript:alert(1)">bank</a> {{text}} {{constructor}}';
    await send(await newVisitor(), { template: "note", fields: { text: html } });
    const [mail] = (await arrived(1)) as [ReceivedMail];
    assert.deepEqual(headersOf(mail).get("content-type"), ["text/plain; charset=utf-8"]);
    assert.equal(textOf(mail).trim(), html, "nothing in a field is filled a second time");
    assert.doesNotMatch(mail.raw, /multipart|text\/html/i);
  });

  test("in the queue can be read by neither the module nor the page", async () => {
    const token = await newVisitor();
    await send(token, { template: "note", fields: { text: "between us" } });
    await arrived(1);
    const pages = await Promise.all(
      [`/api/surfaces/${two.platform.seeded.sites.shop?.siteKey}/plan`, "/openapi.json"].map(async (path) => (await dialPort(two.platform.port, path)).body),
    );
    assert.ok(pages.every((body) => body.length > 2 && !body.includes("between us") && !body.includes(OWNER)));
  });

  test("is sent at most 500 times a day, with any number of concurrent requests", async () => {
    const tokens = await Promise.all(Array.from({ length: 4 }, newVisitor));
    const answers = (
      await Promise.all(
        tokens.map(async (token) => {
          const of = [];
          for (let round = 0; round < 10; round++)
            of.push(...(await Promise.all(Array.from({ length: 25 }, () => send(token, { template: "note", fields: { text: "x" } })))));
          return of;
        }),
      )
    ).flat();
    const [row] = await two.platform.database.withPlatform("test look-up", (tx) => tx`select count(*)::int as count from email_outbox`);
    assert.equal(answers.length, 1_000);
    assert.deepEqual([row?.count, answers.filter(({ status }) => status === 202).length], [MAX_PER_DAY, MAX_PER_DAY]);
    // On a busy machine some wait for the others too long, and are told to try again: nothing was queued for them.
    assert.deepEqual(
      [...new Set(answers.flatMap(({ code }) => code ?? []))].filter((code) => code !== "unavailable"),
      ["quota_exceeded"],
    );
    await two.platform.database.withPlatform("test clock", (tx) => tx`update email_outbox set created_at = now() - interval '25 hours', status = 'sent'`);
    assert.equal((await send(tokens[0] as string, { template: "note", fields: { text: "x" } })).status, 202);
  });
});
