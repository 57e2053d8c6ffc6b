import { createId } from "@dramac/module-kit";
import { connect, RequestFailed, type StoredDocument } from "@dramac/sdk";
import { createAccent } from "./accent.ts";
import { createConversation, type Line } from "./conversation.ts";
import { formatTime } from "./format-time.ts";
import { createPanel, type PanelText } from "./panel.ts";
import { openSeen } from "./seen.ts";

const CLOSED_PX = 72;
const PAGE = 100;

const handle = await connect();
const settings = () => handle.settings as unknown as PanelText & { readonly teamName: string; readonly accent?: string };
const messages = handle.storage<{ text: string }>("messages");
const conversation = createConversation();
const useAccent = createAccent(document.documentElement);
const panel = createPanel({
  open: () => handle.present("open"),
  close: () => handle.present("close"),
  send: (text) => void send({ id: createId(), text, from: "visitor", at: new Date().toISOString(), state: "sending" }),
  retry,
  reload: () => void load(),
  describe,
});
let seen: Awaited<ReturnType<typeof openSeen>> | undefined;
let loading = Promise.resolve();
let { open: isOpen, visible: isVisible } = handle.context;

function describe({ from, state, at }: Line): string {
  if (state === "sending") return "Sending …";
  if (state === "failed") return "Not sent. Try again";
  return `${from === "team" ? settings().teamName : "You"}, ${formatTime(at, new Date(), handle.locale || undefined, handle.timeZone)}`;
}

const keep = ({ id, data, author, createdAt }: StoredDocument<{ text: string }>) =>
  conversation.put({ id, text: data.text, from: author === "member" ? "team" : "visitor", at: createdAt, state: "sent" });

function render(): void {
  if (isOpen && isVisible) seen?.mark(conversation.newest());
  panel.render(settings(), conversation.list(), seen ? conversation.countUnread(seen.at) : 0);
}

async function send(line: Line): Promise<void> {
  conversation.put(line);
  render();
  try {
    // With an id of its own a message is not stored twice: a conflict means that an earlier try has stored it.
    keep(await messages.create({ text: line.text }, { id: line.id }));
  } catch (error) {
    if (error instanceof RequestFailed && error.code === "conflict") await refresh().catch(() => undefined);
    else conversation.put({ ...line, state: "failed" });
  }
  render();
}

function retry(id: string): void {
  const line = conversation.get(id);
  if (line?.state === "failed") void send({ ...line, state: "sending" });
}

async function refresh(): Promise<void> {
  const { items } = await messages.list({ sort: "-createdAt", limit: PAGE });
  for (const document of items) keep(document);
}

/** Loads the conversation and the time of the last reading. Loads run one after another, so that only one such document is created. */
function load(): Promise<void> {
  loading = loading.then(async () => {
    try {
      await refresh();
      seen ??= await openSeen(handle.storage<{ seenAt: string }>("state"));
      panel.say("");
    } catch {
      if (navigator.onLine) panel.say("Messages could not be loaded.", true);
      else sayOffline();
    }
    render();
  });
  return loading;
}

const sayOffline = () => panel.say("You are offline. Your messages are sent when you are back.");

function applySettings(): void {
  useAccent(settings().accent);
  render();
}

handle.on("context", ({ open, visible }) => {
  // A hidden page may have missed changes.
  if ((open && !isOpen) || (visible && !isVisible)) void load();
  isVisible = visible;
  if (open !== isOpen) panel.show((isOpen = open), true);
  render();
});
handle.on("settings", applySettings);
addEventListener("offline", sayOffline);
addEventListener("online", () => {
  void load();
  for (const { id } of conversation.list()) retry(id);
});
panel.show(isOpen, false);
applySettings();
handle.ready();
handle.resize(CLOSED_PX, CLOSED_PX);
messages.subscribe(() => void load());
panel.say("Loading the conversation …");
await load();
