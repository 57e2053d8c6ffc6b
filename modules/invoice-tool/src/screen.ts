import { createButton, element } from "@dramac/module-kit";

interface ScreenMessage {
  readonly isBad?: boolean;
  /** What can be done about it, as a button after the words. */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

/** One view at a time, and above it what is going on: said aloud, with what can be done about it. */
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
    /** Replaces the view. Whoever moved there by hand is taken to its heading, or to what the view names. */
    show(view: HTMLElement, focus?: HTMLElement): void {
      if (shown !== view) container.replaceChildren(view);
      shown = view;
      focus?.focus({ preventScroll: focus.tagName === "H2" });
    },
    isEmpty: () => shown === undefined,
    isShown: (view: HTMLElement) => shown === view,
  };
}
