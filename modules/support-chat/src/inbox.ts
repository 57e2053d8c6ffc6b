import { createId, element } from "@dramac/module-kit";
import { connect, RequestFailed } from "@dramac/sdk";
import type { Line } from "./conversation.ts";
import { formatTime } from "./format-time.ts";
import { createMarks, type Mark } from "./inbox/marks.ts";
import { createThreadList } from "./inbox/thread-list.ts";
import { createThreadView } from "./inbox/thread-view.ts";
import { createThreads, newestOf } from "./inbox/threads.ts";

const PAGE = 100;

const handle = await connect();
const settings = () => handle.settings as { greeting: string; teamName: string };
const messages = handle.storage<{ text: string }>("messages");
const threads = createThreads();
const marks = createMarks(handle.storage<Mark>("inbox"), (visitor, at) => threads.mark(visitor, at));
const timeOf = (at: string) => formatTime(at, new Date(), handle.locale || undefined, handle.timeZone);
const list = createThreadList(({ last }) => timeOf(last.at), { open: (visitor) => open(visitor, true), more: () => void loadMore() });
const statusText = element("span");
const again = element("button", { type: "button", class: "link", hidden: true }, "Try again");
const container = element("div", { class: "place" }, element("p", { class: "empty" }, "Choose a conversation to read and answer it."));
const main = element(
  "main",
  { "data-open": "no" },
  element("p", { class: "status", role: "status" }, statusText, again),
  element("div", { class: "panes" }, list.view, container),
);
let opened: { readonly visitor: string; readonly pane: ReturnType<typeof createThreadView> } | undefined;
let isLoaded = false;
let cursor: string | null = null;
let loading = Promise.resolve();

function say(text: string, mayRetry = false): void {
  statusText.textContent = text;
  again.hidden = !mayRetry;
}

function describe({ from, state, at }: Line): string {
  if (state === "sending") return "Sending …";
  if (state === "failed") return "Not sent. Try again";
  return `${from === "team" ? settings().teamName : "Visitor"}, ${timeOf(at)}`;
}

function render(): void {
  const { visible } = handle.context;
  const thread = opened && threads.list().find(({ visitor }) => visitor === opened?.visitor);
  if (thread?.unread && visible) marks.mark(thread.visitor, newestOf(thread));
  list.render(threads.list(), opened?.visitor, isLoaded, cursor !== null);
  opened?.pane.render(settings().greeting, thread);
}

function open(visitor: string, isMoved: boolean): void {
  if (opened?.visitor !== visitor) {
    const pane = createThreadView(visitor, {
      send: (text) => void send(visitor, { id: createId(), text, from: "team", at: new Date().toISOString(), state: "sending" }),
      retry: (id) => {
        const line = threads.get(id);
        if (line?.state === "failed") void send(visitor, { ...line, state: "sending" });
      },
      close,
      describe,
    });
    opened = { visitor, pane };
    container.replaceChildren(pane.view);
  }
  main.dataset.open = "yes";
  handle.setRoute(visitor);
  render();
  opened.pane.toEnd();
  if (isMoved) opened.pane.input.focus({ preventScroll: true });
}

function close(): void {
  opened = undefined;
  main.dataset.open = "no";
  container.replaceChildren(element("p", { class: "empty" }, "Choose a conversation to read and answer it."));
  handle.setRoute("");
  render();
  list.heading.focus({ preventScroll: true });
}

async function send(visitor: string, line: Line): Promise<void> {
  threads.put(visitor, line);
  render();
  opened?.pane.toEnd();
  try {
    // The visitor owns the document and can read it. With an id of its own it is not stored twice.
    threads.keep(await messages.create({ text: line.text }, { id: line.id, visitor }));
  } catch (error) {
    if (error instanceof RequestFailed && error.code === "conflict") await refresh(line.id).catch(() => undefined);
    // When only the answer was lost, the stored message may have arrived already, through the subscription.
    else if (threads.get(line.id)?.state !== "sent") threads.put(visitor, { ...line, state: "failed" });
  }
  render();
}

async function refresh(id: string): Promise<void> {
  threads.keep(await messages.get(id));
  render();
}

async function loadPage(from?: string): Promise<void> {
  const { items, next } = await messages.list({ sort: "-createdAt", limit: PAGE, ...(from !== undefined && { cursor: from }) });
  for (const message of items) threads.keep(message);
  // Loading the newest page again keeps the cursor of the older ones.
  if (from !== undefined || !isLoaded) cursor = next;
}

/** Loads run one after another. */
function load(work: () => Promise<unknown>, retry: () => void): Promise<void> {
  loading = loading.then(async () => {
    try {
      await work();
      isLoaded = true;
      say("");
    } catch {
      again.onclick = retry;
      say(navigator.onLine ? "Messages could not be loaded." : "You are offline. Your messages stay here: send them again when you are back.", true);
    }
    render();
  });
  return loading;
}

const loadNewest = (): Promise<void> =>
  load(
    () => Promise.all([marks.load(), loadPage()]),
    () => void loadNewest(),
  );
const loadMore = (): Promise<void> =>
  load(
    () => loadPage(cursor ?? undefined),
    () => void loadMore(),
  );

handle.on("context", ({ visible }) => {
  // A hidden page may have missed changes.
  if (visible) void loadNewest();
});
handle.on("settings", render);
addEventListener("online", () => void loadNewest());
addEventListener("offline", () => say("You are offline. Your messages stay here: send them again when you are back."));
document.body.append(main);
say("Loading the conversations …");
render();
handle.ready();
messages.subscribe(({ id }) => void refresh(id).catch(() => undefined));
handle.storage<Mark>("inbox").subscribe(({ id }) => void marks.refresh(id).then(render, () => undefined));
await loadNewest();
if (threads.list().some(({ visitor }) => visitor === handle.route)) open(handle.route, false);
