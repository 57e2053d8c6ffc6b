import { createButton, element } from "@dramac/module-kit";
import { type CardActions, createCard } from "./card.ts";
import { createDrag } from "./drag.ts";
import { isMatch, type Stage, STAGE_NAMES, STAGES, sumByStage } from "./lead.ts";
import type { Stored } from "./lead-store.ts";

export interface BoardActions extends CardActions {
  create(): void;
  move(id: string, stage: Stage): void;
}

/** Makes the board: a search, and a column for each stage. */
export function createBoardView(formatMoney: (cents: number) => string, isMoving: (id: string) => boolean, on: BoardActions) {
  let leads: readonly Stored[] = [];
  const heading = element("h2", { tabindex: "-1" }, "Leads");
  const search = element("input", { id: "search", type: "search", maxlength: "100", placeholder: "Name, company, note …" });
  const found = element("p", { class: "aloud", role: "status" });
  const filter = element("form", { role: "search" }, element("label", { for: "search" }, "Search"), search);
  const columns = STAGES.map((stage) => {
    const title = element("h3", { id: `stage-${stage}` });
    const sum = element("p", { class: "sum" });
    const list = element("ul", { "aria-labelledby": `stage-${stage}` });
    return { stage, title, sum, list, node: element("section", { "data-stage": stage, class: stage }, element("header", {}, title, sum), list) };
  });
  const board = element("div", { class: "board" }, ...columns.map(({ node }) => node));
  const empty = element("p", { class: "empty" });
  const view = element(
    "section",
    {},
    element("header", { class: "head" }, heading, filter, createButton("New lead", on.create, "first").node),
    element("p", { id: "how-to-move", hidden: true }, "Arrow keys move it from stage to stage; Home and End to the first and the last."),
    found,
    empty,
    board,
  );
  const drag = createDrag(board, {
    over: (stage) => {
      for (const column of columns) column.node.classList.toggle("over", column.stage === stage);
    },
    drop: on.move,
    end: () => draw(),
  });

  /** Draws all cards again. A focused part of a card keeps the focus, also when the card is in another column now. */
  function draw(): void {
    if (drag.isOn) return;
    const shown = leads.filter(({ data }) => isMatch(data, search.value));
    const focused = document.activeElement;
    const id = focused?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const part = focused?.className ?? "";
    for (const [index, { stage, title, sum, list }] of columns.entries()) {
      const here = shown.filter(({ data }) => data.stage === stage);
      const { count, valueCents } = sumByStage(here.map(({ data }) => data))[index] as { count: number; valueCents: number };
      title.textContent = `${STAGE_NAMES[stage]} (${count})`;
      sum.textContent = valueCents ? formatMoney(valueCents) : "";
      list.replaceChildren(...here.map((lead) => createCard(lead, formatMoney(lead.data.valueCents), isMoving(lead.id), on)));
    }
    if (id !== undefined) board.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] .${CSS.escape(part)}`)?.focus({ preventScroll: true });
    filter.hidden = !leads.length;
    board.hidden = !leads.length;
    empty.hidden = shown.length > 0;
    empty.textContent = leads.length ? "No lead matches the search." : "There are no leads yet. Write down the first one.";
    found.textContent = search.value.trim() ? `${shown.length} found` : "";
  }

  search.addEventListener("input", draw);
  filter.addEventListener("submit", (event) => event.preventDefault());
  return {
    view,
    heading,
    render(now: readonly Stored[]): void {
      leads = now;
      draw();
    },
  };
}
