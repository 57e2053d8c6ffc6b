import { createButton, element } from "@dramac/module-kit";
import type { Difference } from "./difference.ts";

export interface ConflictActions {
  /** Saves what this member wrote over the other's; absent where that is not allowed any more. */
  readonly keepMine?: (() => void) | undefined;
  takeTheirs(): void;
}

/** Two members wrote the same invoice: shows where they differ, and lets this one choose. Nothing is lost before that. */
export function createConflictView(label: string, found: readonly Difference[], { keepMine, takeTheirs }: ConflictActions) {
  const heading = element("h2", { tabindex: "-1" }, "Somebody else changed this invoice");
  const intro = keepMine
    ? `${label} was saved by somebody else while you were writing. Nothing of yours is lost yet: choose which one stays.`
    : `${label} is no draft any more, so it cannot be changed. What you wrote stands here, for you to copy what you need.`;
  const head = [element("td"), ...["Saved by somebody else", "Written by you"].map((name) => element("th", { scope: "col" }, name))];
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
