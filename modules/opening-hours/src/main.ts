import { element } from "@dramac/module-kit";
import { connect } from "@dramac/sdk";
import { openingStatusAt } from "./opening-status.ts";
import { DAYS, localTimeOf, type Week } from "./week.ts";
import { nameOf, sentenceOf, spansIn } from "./labels.ts";

interface Settings {
  readonly heading: string;
  readonly timeZone: string;
  readonly week: Week;
  readonly closedOn: readonly string[];
}

/** How often the status is computed again. Opening hours are exact to the minute. */
const LOOK_MS = 15_000;

const handle = await connect();
const heading = element("h2", {});
const status = element("p", { class: "standing", role: "status" });
const days = element("dl", {});
document.body.append(element("main", {}, heading, status, days));
let shown = "";

function show(): void {
  const { heading: title, timeZone, week, closedOn } = handle.settings as unknown as Settings;
  const now = localTimeOf(new Date(), timeZone || handle.timeZone);
  const state = openingStatusAt(week, closedOn, now);
  const sentence = sentenceOf(state, handle.locale);
  const next = JSON.stringify([title, sentence, week, now.day, handle.locale]);
  // Screen readers read a status again when it is set again, so it is only set when it has changed.
  if (next === shown) return;
  shown = next;
  heading.textContent = title;
  status.textContent = sentence;
  status.dataset.open = String(state.isOpen);
  days.replaceChildren(
    ...DAYS.map((day) => {
      const isToday = day === now.day;
      const name = element("dt", {}, nameOf(day, handle.locale), ...(isToday ? [element("span", { class: "today" }, " today")] : []));
      return element("div", { class: isToday ? "is-today" : "" }, name, element("dd", {}, spansIn(week[day] ?? [], handle.locale)));
    }),
  );
}

show();
for (const change of ["settings", "locale"] as const) handle.on(change, show);
const timer = setInterval(show, LOOK_MS);
handle.on("teardown", () => clearInterval(timer));
handle.ready();
