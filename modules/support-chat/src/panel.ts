import type { Line } from "./conversation.ts";
import { element, icon } from "./element.ts";

export interface PanelText {
  readonly title: string;
  readonly greeting: string;
  readonly teamName: string;
}

const CLOSE = "M6 6l12 12M18 6L6 18";
const SEND = "M4 12h15M13 6l6 6-6 6";
const BUBBLE = "M4 5h16v11H9l-5 4z";

/** The launcher and the open panel: two faces of one frame. */
export function createPanel(text: PanelText, on: { open(): void; close(): void; send(text: string): void; retry(id: string): void }) {
  const badge = element("span", { class: "badge", "aria-hidden": "true" });
  const launcher = element("button", { class: "launcher", type: "button", "aria-label": text.title }, icon(BUBBLE), badge);
  const log = element("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Conversation", tabindex: "0" });
  const input = element("textarea", { rows: "1", "aria-label": "Your message", placeholder: "Write a message", maxlength: "2000" });
  const submit = element("button", { class: "send", type: "submit", "aria-label": "Send" }, icon(SEND));
  const form = element("form", {}, input, submit);
  const close = element("button", { class: "close", type: "button", "aria-label": "Close the chat" }, icon(CLOSE));
  const status = element("p", { class: "status", role: "status" });
  const panel = element(
    "section",
    { class: "panel", "aria-label": text.title },
    element("header", {}, element("h1", {}, text.title), close),
    log,
    status,
    form,
  );

  launcher.addEventListener("click", on.open);
  close.addEventListener("click", on.close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = input.value.trim();
    input.value = "";
    if (words) on.send(words);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  function bubble({ id, text: words, from, state, at }: Line): HTMLElement {
    const time = new Date(at).toLocaleTimeString(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit" });
    const note = state === "sending" ? "Sending …" : `${from === "team" ? text.teamName : "You"}, ${time}`;
    const line = element("div", { class: `line ${from} ${state}` }, element("p", {}, words));
    if (state !== "failed") line.append(element("small", {}, note));
    else {
      const again = element("button", { type: "button" }, "Not sent. Try again");
      again.addEventListener("click", () => on.retry(id));
      line.append(again);
    }
    return line;
  }

  return {
    launcher,
    panel,
    show(isOpen: boolean): void {
      document.body.replaceChildren(isOpen ? panel : launcher);
      if (isOpen) log.scrollTop = log.scrollHeight;
      (isOpen ? input : launcher).focus({ preventScroll: true });
    },
    render(lines: readonly Line[], unread: number): void {
      const greeting = element("div", { class: "line team" }, element("p", {}, text.greeting));
      log.replaceChildren(greeting, ...lines.map(bubble));
      log.scrollTop = log.scrollHeight;
      badge.textContent = unread ? String(Math.min(unread, 99)) : "";
      launcher.setAttribute("aria-label", unread ? `${text.title}, ${unread} unread` : text.title);
    },
    say(words: string): void {
      status.textContent = words;
    },
  };
}
