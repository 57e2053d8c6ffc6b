import { connect, type StoredDocument } from "@dramac/sdk";
import { createConversation, type Line } from "./conversation.ts";
import { createPanel, type PanelText } from "./panel.ts";
import { openSeen } from "./seen.ts";

const CLOSED_PX = 72;

const handle = await connect();
const messages = handle.storage<{ text: string }>("messages");
const conversation = createConversation();
const panel = createPanel(handle.settings as unknown as PanelText, {
  open: () => handle.present("open"),
  close: () => handle.present("close"),
  send: (text) => void send({ id: crypto.randomUUID(), text, from: "visitor", at: new Date().toISOString(), state: "sending" }),
  retry(id) {
    const line = conversation.get(id);
    if (line) void send({ ...line, state: "sending" });
  },
});
let seen: Awaited<ReturnType<typeof openSeen>> | undefined;
let isOpen = false;

const keep = ({ id, data, author, createdAt }: StoredDocument<{ text: string }>) =>
  conversation.put({ id, text: data.text, from: author === "member" ? "team" : "visitor", at: createdAt, state: "sent" });

function render(): void {
  const lines = conversation.list();
  const last = lines.filter(({ state }) => state === "sent").at(-1);
  if (isOpen && last) seen?.mark(last.at);
  panel.render(lines, seen ? conversation.countUnread(seen.at) : 0);
}

async function send(line: Line): Promise<void> {
  conversation.put(line);
  render();
  try {
    // The line's own id makes a second try harmless: a document that exists already was sent.
    keep(await messages.create({ text: line.text }, { id: line.id }));
  } catch (fault) {
    if ((fault as { code?: string }).code !== "conflict") conversation.put({ ...line, state: "failed" });
    else await refresh();
  }
  render();
}

async function refresh(): Promise<void> {
  const page = await messages.list({ sort: "-createdAt", limit: 100 });
  for (const document of page.items) keep(document);
  panel.say("");
}

function present(open: boolean): void {
  if (open === isOpen) return;
  isOpen = open;
  panel.show(open);
  render();
}

handle.on("context", ({ open }) => present(open));
document.body.append(panel.launcher);
render();
handle.ready();
handle.resize(CLOSED_PX, CLOSED_PX);
messages.subscribe(() => void refresh().then(render, () => undefined));
try {
  await refresh();
  seen = await openSeen(handle.storage<{ seenAt: string }>("state"));
} catch {
  panel.say("Earlier messages could not be loaded. You can still write to us.");
}
render();
