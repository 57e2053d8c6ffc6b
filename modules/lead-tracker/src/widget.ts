import { element, failureMessage, loadAll } from "@dramac/module-kit";
import { connect } from "@dramac/sdk";
import { type Lead, STAGE_NAMES, sumByStage } from "./lead.ts";
import { formatMoney } from "./money.ts";
import { createScreen } from "./screen.ts";

const handle = await connect();
const leads = handle.storage<Lead>("leads");
const screen = createScreen();
let known: readonly Lead[] = [];
let loading: Promise<void> = Promise.resolve();

function render(): void {
  const sums = sumByStage(known);
  const highest = Math.max(1, ...sums.map(({ count }) => count));
  const rows = sums.map(({ stage, count, valueCents }) => {
    const bar = element("span", { class: `bar ${stage}` });
    bar.style.width = `${(100 * count) / highest}%`;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, STAGE_NAMES[stage]),
      element("td", { class: "amount" }, String(count)),
      element("td", { class: "bars", "aria-hidden": "true" }, bar),
      element("td", { class: "amount" }, formatMoney(valueCents, handle.currency, handle.locale || undefined)),
    );
  });
  const { pagePath } = handle.settings as { pagePath: string };
  const heads = [
    ["Stage", ""],
    ["Leads", "amount"],
    ["Value", "amount"],
  ].map(([name = "", kind = ""], index) => element("th", { scope: "col", class: kind, ...(index === 2 && { colspan: "2" }) }, name));
  screen.show(
    element(
      "section",
      { class: "widget", "aria-labelledby": "title" },
      element("header", {}, element("h2", { id: "title" }, "Leads"), element("a", { href: pagePath }, "Open the board")),
      element("table", { "aria-labelledby": "title" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)),
    ),
  );
}

/** Loads run one after another, so that the newest data is shown last. */
function load(): Promise<void> {
  loading = loading.then(async () => {
    try {
      known = (await loadAll(leads)).map(({ data }) => data);
      screen.say("");
      render();
    } catch {
      screen.say(failureMessage(undefined, navigator.onLine), { isBad: true, onRetry: () => void load() });
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
leads.subscribe(() => void load());
await load();
