import { element, icon } from "@dramac/module-kit";
import { createComposer } from "./composer.ts";
import type { Line } from "./conversation.ts";
import { createLauncher } from "./launcher.ts";
import { createLog } from "./log.ts";

export interface PanelText {
  readonly title: string;
  readonly greeting: string;
}

const CLOSE = "M6 6l12 12M18 6L6 18";

export interface PanelActions {
  open(): void;
  close(): void;
  send(text: string): void;
  /** Sends a failed message again. */
  retry(id: string): void;
  /** Loads the conversation again. */
  reload(): void;
  describe(line: Line): string;
}

/** Makes the launcher and the panel. The frame shows one of them. */
export function createPanel(on: PanelActions) {
  const launcher = createLauncher(on.open);
  const heading = element("h1");
  const close = element("button", { class: "close", type: "button", "aria-label": "Close the chat" }, icon(CLOSE));
  const { form, input } = createComposer(on.send);
  // The button to try again is removed when it is used, so the focus moves to the input.
  const { log, render, toEnd } = createLog({
    describe: on.describe,
    retry(id) {
      input.focus();
      on.retry(id);
    },
  });
  const statusText = element("span");
  const again = element("button", { type: "button", hidden: true }, "Try again");
  const panel = element(
    "section",
    { class: "panel" },
    element("header", {}, heading, close),
    log,
    element("p", { class: "status", role: "status" }, statusText, again),
    form,
  );
  close.addEventListener("click", on.close);
  again.addEventListener("click", () => {
    input.focus();
    on.reload();
  });

  return {
    /** Shows the panel or the launcher. @param isMoved whether the visitor caused the change: the focus then moves too */
    show(isOpen: boolean, isMoved: boolean): void {
      document.body.replaceChildren(...(isOpen ? [panel] : launcher.nodes));
      if (isOpen) toEnd();
      if (isMoved) (isOpen ? input : launcher.button).focus({ preventScroll: true });
    },
    render({ title, greeting }: PanelText, lines: readonly Line[], unread: number): void {
      heading.textContent = title;
      panel.setAttribute("aria-label", title);
      launcher.render(title, unread);
      render(greeting, lines);
    },
    /** Shows a status, with a button to try again where that can help. */
    say(text: string, mayRetry = false): void {
      statusText.textContent = text;
      again.hidden = !mayRetry;
    },
  };
}
