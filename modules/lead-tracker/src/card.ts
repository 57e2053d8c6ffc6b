import { element } from "@dramac/module-kit";
import { type Lead, STAGE_NAMES } from "./lead.ts";
import type { Stored } from "./lead-store.ts";

export interface CardActions {
  open(id: string): void;
  /** Moves a lead by a number of stages; a negative number moves it back. */
  step(id: string, steps: number): void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -9, End: 9 };

/** Makes the card of a lead. Its name opens the lead; its handle moves it, by pointer or by arrow keys. */
export function createCard({ id, data }: Stored, value: string, isMoving: boolean, on: CardActions): HTMLElement {
  const open = element("button", { type: "button", class: "who" }, data.name);
  const handle = element("button", { type: "button", class: "handle", "aria-label": labelOf(data), "aria-describedby": "how-to-move" });
  open.addEventListener("click", () => on.open(id));
  handle.addEventListener("keydown", (event) => {
    const steps = STEPS[event.key];
    if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    on.step(id, steps);
  });
  return element(
    "li",
    { class: isMoving ? "card moving" : "card", "data-id": id },
    element("div", { class: "top" }, open, handle),
    ...(data.company ? [element("p", {}, data.company)] : []),
    ...(data.valueCents ? [element("p", { class: "value" }, value)] : []),
  );
}

const labelOf = ({ name, stage }: Lead): string => `Move ${name}, now in ${STAGE_NAMES[stage]}`;
