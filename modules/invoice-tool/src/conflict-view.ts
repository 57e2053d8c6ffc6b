import { createButton, element } from "@dramac/module-kit";
import type { Difference } from "./difference.ts";

export interface ConflictActions {
  /** Overwrites the other member's version; absent when the invoice is no draft any more. */
  readonly keepMine?: (() => void) | undefined;
  takeTheirs(): void;
}

/** Shows the differences between the versions of two members who changed the same invoice, and lets this member choose. */
export function createConflictView(label: string, found: readonly Difference[], { keepMine, takeTheirs }: ConflictActions) {
  const heading = element("h2", { tabindex: "-1" }, "Another member changed this invoice");
  const intro = keepMine
    ? `Another member saved ${label} while you were writing. Nothing of yours is lost yet: choose which one stays.`
    : `${label} is no draft any more, so it cannot be changed. Your version is shown here, so that you can copy what you need.`;
  const head = [element("td"), ...["Saved by another member", "Written by you"].map((name) => element("th", { scope: "col" }, name))];
  const rows = found.map(({ name, theirs, mine }) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, theirs || "–"), element("td", {}, mine || "–")),
  );
  const view = element(
    "section",
    { class: "conflict" },
    element("header", {}, heading),
    element("p", {}, intro),
    element(
      "div",
      { class: "wide", tabindex: "0", role: "group", "aria-label": "Differences" },
      element("table", { "aria-label": "Differences" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
    ),
    element(
      "div",
      { class: "actions" },
      ...(keepMine ? [createButton("Save mine over it", keepMine, "first").node] : []),
      createButton(keepMine ? "Take the other one" : "Show the invoice", takeTheirs, "quiet").node,
    ),
  );
  return { view, heading };
}
