import { element } from "@dramac/module-kit";
import type { Thread } from "./threads.ts";

/** A label that tells visitors apart. Nothing else is known of them. */
export const nameOf = (visitor: string): string => `Visitor ${visitor.replace(/[-_]/g, "").slice(0, 4).toUpperCase()}`;

/** Makes the list of conversations, unread ones first. */
export function createThreadList(describe: (thread: Thread) => string, on: { open(visitor: string): void; more(): void }) {
  const heading = element("h2", { tabindex: "-1" }, "Conversations");
  const news = element("p", { class: "aloud", role: "status" });
  const list = element("ul");
  const empty = element("p", { class: "empty" }, "No messages yet. New ones appear here by themselves.");
  const more = element("button", { type: "button", class: "quiet", hidden: true }, "Older messages");
  const view = element("section", { class: "threads", "aria-label": "Conversations" }, heading, news, empty, list, more);
  more.addEventListener("click", () => on.more());

  function row(thread: Thread, isOpen: boolean): HTMLElement {
    const { visitor, unread, last } = thread;
    const button = element(
      "button",
      { type: "button", "data-visitor": visitor, "aria-current": isOpen ? "true" : "false" },
      element("span", { class: "who" }, nameOf(visitor), ...(unread ? [element("span", { class: "count" }, `${unread} new`)] : [])),
      element("span", { class: "said" }, `${last.from === "team" ? "You: " : ""}${last.text}`),
      element("small", {}, describe(thread)),
    );
    button.addEventListener("click", () => on.open(visitor));
    return element("li", { class: unread ? "unread" : "" }, button);
  }

  return {
    view,
    heading,
    render(threads: readonly Thread[], opened: string | undefined, isLoaded: boolean, hasMore: boolean): void {
      const unread = threads.filter((thread) => thread.unread).length;
      const words = unread === 1 ? "1 unread conversation" : unread ? `${unread} unread conversations` : "";
      if (news.textContent !== words) news.textContent = words;
      heading.textContent = unread ? `Conversations (${unread})` : "Conversations";
      // Rows move when messages arrive; the focused one keeps the focus.
      const focused = list.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.visitor : undefined;
      list.replaceChildren(...threads.map((thread) => row(thread, thread.visitor === opened)));
      if (focused) list.querySelector<HTMLElement>(`[data-visitor="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
      empty.hidden = !isLoaded || threads.length > 0;
      more.hidden = !hasMore;
    },
  };
}
