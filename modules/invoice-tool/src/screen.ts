import { createButton, element } from "@dramac/module-kit";

interface ScreenMessage {
  readonly isBad?: boolean;
  /** What the member can do about it, as a button after the text. */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

/** Shows one view at a time, and above it a status that screen readers announce, with a button for what can be done about it. */
export function createScreen() {
  const statusText = element("span");
  const offer = createButton("", () => act?.(), "link");
  const status = element("p", { class: "status", role: "status" }, statusText, offer.node);
  const container = element("div");
  let act: (() => void) | undefined;
  let shown: HTMLElement | undefined;
  offer.node.hidden = true;

  return {
    main: element("main", {}, status, container),
    say(text: string, { isBad = false, action }: ScreenMessage = {}): void {
      statusText.textContent = text;
      status.classList.toggle("bad", isBad);
      act = action?.run;
      offer.node.textContent = action?.label ?? "";
      offer.node.hidden = !action;
    },
    /** Replaces the view. @param focus the element that gets the focus; none when the member did not cause the change */
    show(view: HTMLElement, focus?: HTMLElement): void {
      if (shown !== view) container.replaceChildren(view);
      shown = view;
      focus?.focus({ preventScroll: focus.tagName === "H2" });
    },
    isEmpty: () => shown === undefined,
    isShown: (view: HTMLElement) => shown === view,
  };
}
