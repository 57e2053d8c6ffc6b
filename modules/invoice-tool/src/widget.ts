import { element, failureMessage, loadAll } from "@dramac/module-kit";
import { connect, type StoredDocument } from "@dramac/sdk";
import { today } from "./day.ts";
import type { Invoice } from "./invoice.ts";
import { formatMoney } from "./money.ts";
import { createScreen } from "./screen.ts";
import { summarise } from "./summary.ts";

const handle = await connect();
const invoices = handle.storage<Invoice>("invoices");
const screen = createScreen();
let known: readonly StoredDocument<Invoice>[] = [];
let loading: Promise<void> = Promise.resolve();

/** An ordinary link. The SDK turns a click into a navigation of the page, which the page's router may take over. */
function link(text: string, filter: string): HTMLElement {
  const { pagePath } = handle.settings as { pagePath: string };
  return element("a", { href: `${pagePath}${filter && `?dramac-${handle.slug}=${encodeURIComponent(filter)}`}` }, text);
}

function render(): void {
  const now = today(new Date(), handle.timeZone);
  const { open, openCount, overdueCount } = summarise(
    known.map(({ data }) => data),
    now,
  );
  const sums = [...open].map(([currency, cents]) => formatMoney(cents, currency, handle.locale || undefined));
  const overdue = overdueCount ? [link(`${overdueCount} overdue`, "=overdue")] : ["nothing overdue"];
  const facts = openCount ? [link(openCount === 1 ? "1 invoice" : `${openCount} invoices`, "=open"), ", ", ...overdue] : ["Everything is paid."];
  screen.show(
    element(
      "section",
      { class: "widget", "aria-labelledby": "title" },
      element("h2", { id: "title" }, "Open invoices"),
      element("p", { class: "sum" }, sums.join(" + ") || formatMoney(0, handle.currency, handle.locale || undefined)),
      element("p", { class: overdueCount ? "facts late" : "facts" }, ...facts),
      element("p", {}, link("All invoices", "")),
    ),
  );
}

/** Loads run one after another. */
function load(): Promise<void> {
  loading = loading.then(async () => {
    try {
      known = await loadAll(invoices);
      screen.say("");
      render();
    } catch {
      screen.say(failureMessage(undefined, navigator.onLine), { isBad: true, action: { label: "Try again", run: () => void load() } });
    }
  });
  return loading;
}

handle.on("context", ({ visible }) => visible && void load());
handle.on("settings", render);
addEventListener("online", () => void load());
document.body.append(screen.main);
screen.say("Loading …");
handle.ready();
invoices.subscribe(() => void load());
await load();
