import { element } from "@dramac/module-kit";
import type { Line } from "./conversation.ts";

const NEAR_END_PX = 80;

/**
 * Makes the log of a conversation. A message that has not changed keeps its element,
 * so that screen readers do not read it twice and the focus stays.
 */
export function createLog(on: { retry(id: string): void; describe(line: Line): string }) {
  const greeting = element("p");
  const log = element(
    "div",
    { class: "log", role: "log", "aria-live": "polite", "aria-label": "Conversation", tabindex: "0" },
    element("div", { class: "line team" }, greeting),
  );
  const shown = new Map<string, { readonly made: HTMLElement; readonly note: string }>();

  function draw(line: Line, note: string): HTMLElement {
    const made = element("div", { class: `line ${line.from} ${line.state}` }, element("p", {}, line.text));
    if (line.state === "failed") {
      const again = element("button", { type: "button" }, note);
      again.addEventListener("click", () => on.retry(line.id));
      made.append(again);
    } else made.append(element("small", {}, note));
    return made;
  }

  return {
    log,
    toEnd: () => void (log.scrollTop = log.scrollHeight),
    render(text: string, lines: readonly Line[]): void {
      const isNearEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
      greeting.textContent = text;
      let before: Element = log.firstElementChild as Element;
      for (const line of lines) {
        const note = on.describe(line);
        const old = shown.get(line.id);
        const made = old?.note === note ? old.made : draw(line, note);
        if (made !== old?.made) {
          old?.made.remove();
          shown.set(line.id, { made, note });
        }
        if (before.nextElementSibling !== made) before.after(made);
        before = made;
      }
      if (isNearEnd) log.scrollTop = log.scrollHeight;
    },
  };
}
