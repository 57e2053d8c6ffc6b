import { createButton, element } from "@dramac/module-kit";

/** Shows one view at a time, and above it a status that screen readers announce, with a button to try again where that can help. */
export function createScreen() {
  const statusText = element("span");
  const again = createButton("Try again", () => retry?.(), "link");
  const status = element("p", { class: "status", role: "status" }, statusText, again.node);
  const container = element("div");
  let retry: (() => void) | undefined;
  let shown: HTMLElement | undefined;
  again.node.hidden = true;

  return {
    main: element("main", {}, status, container),
    say(text: string, { isBad = false, onRetry }: { isBad?: boolean; onRetry?: () => void } = {}): void {
      statusText.textContent = text;
      status.classList.toggle("bad", isBad);
      retry = onRetry;
      again.node.hidden = !onRetry;
    },
    /** Replaces the view. @param focus the element that gets the focus; none when the member did not cause the change */
    show(view: HTMLElement, focus?: HTMLElement): void {
      if (shown !== view) container.replaceChildren(view);
      shown = view;
      focus?.focus({ preventScroll: focus.tagName === "H2" });
    },
    isEmpty: () => shown === undefined,
  };
}
