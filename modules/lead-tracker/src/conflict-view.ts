import { createButton, element } from "@dramac/module-kit";
import { type Lead, STAGE_NAMES } from "./lead.ts";

const NAMES: { readonly [Field in keyof Lead]: string } = {
  name: "Name",
  company: "Company",
  email: "E-mail",
  valueCents: "Value",
  stage: "Stage",
  notes: "Notes",
};

export interface Difference {
  readonly name: string;
  readonly theirs: string;
  readonly mine: string;
}

/** Lists the fields in which two versions of a lead differ, as text for both. */
export function differences(theirs: Lead, mine: Lead, formatMoney: (cents: number) => string): Difference[] {
  const say = (lead: Lead, field: keyof Lead): string =>
    field === "valueCents" ? formatMoney(lead.valueCents) : field === "stage" ? STAGE_NAMES[lead.stage] : (lead[field] ?? "");
  return (Object.keys(NAMES) as (keyof Lead)[])
    .map((field) => ({ name: NAMES[field], theirs: say(theirs, field), mine: say(mine, field) }))
    .filter((one) => one.theirs !== one.mine);
}

/** Shows the versions of two members who changed the same lead, and lets this member choose. */
export function createConflictView(found: readonly Difference[], keepMine: () => void, takeTheirs: () => void) {
  const heading = element("h2", { tabindex: "-1" }, "Another member changed this lead");
  const head = [element("td"), ...["Saved by another member", "Written by you"].map((name) => element("th", { scope: "col" }, name))];
  const rows = found.map(({ name, theirs, mine }) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, theirs || "–"), element("td", {}, mine || "–")),
  );
  const view = element(
    "section",
    { class: "conflict" },
    element("header", { class: "head" }, heading),
    element("p", {}, "It was saved while you were writing. Nothing of yours is lost yet: choose which one stays."),
    element("table", { "aria-label": "Differences" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
    element(
      "div",
      { class: "actions" },
      createButton("Save mine over it", keepMine, "first").node,
      createButton("Take the other one", takeTheirs, "quiet").node,
    ),
  );
  return { view, heading };
}
