import { element } from "./element.ts";

export interface Button {
  readonly node: HTMLButtonElement;
  /** While something is on its way: focusable still, for focus that vanishes leaves a keyboard nowhere. */
  setBusy(busy: boolean, label?: string): void;
}

/** A button that does nothing twice. */
export function createButton(label: string, onClick: () => void, kind = ""): Button {
  const node = element("button", { type: "button", class: kind }, label);
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-disabled") !== "true") onClick();
  });
  return {
    node,
    setBusy(busy, during = label) {
      node.setAttribute("aria-disabled", String(busy));
      node.textContent = busy ? during : label;
    },
  };
}
