import { element, icon } from "@dramac/module-kit";

const BUBBLE = "M4 5h16v11H9l-5 4z";
const MAX_SHOWN = 99;

/** Makes the launcher: a round button with the number of unread answers, which screen readers announce. */
export function createLauncher(onOpen: () => void) {
  const badge = element("span", { class: "badge", "aria-hidden": "true" });
  const button = element("button", { class: "launcher", type: "button" }, icon(BUBBLE), badge);
  const news = element("p", { class: "aloud", role: "status" });
  button.addEventListener("click", onOpen);
  return {
    nodes: [button, news],
    button,
    render(title: string, unread: number): void {
      const label = unread ? `${title}, ${unread} unread` : title;
      if (button.getAttribute("aria-label") === label) return;
      button.setAttribute("aria-label", label);
      badge.textContent = unread ? String(Math.min(unread, MAX_SHOWN)) : "";
      news.textContent = unread ? `${unread} unread` : "";
    },
  };
}
