import { element } from "./element.ts";

export interface Button {
  readonly node: HTMLButtonElement;
  /** A busy button ignores clicks but stays focusable: a disabled button would lose the keyboard's focus. */
  setBusy(busy: boolean, label?: string): void;
}

/** Makes a button. While it is busy it shows another label and ignores clicks. */
export function createButton(label: string, onClick: () => void, className = ""): Button {
  const node = element("button", { type: "button", class: className }, label);
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-disabled") !== "true") onClick();
  });
  return {
    node,
    setBusy(busy, busyLabel = label) {
      node.setAttribute("aria-disabled", String(busy));
      node.textContent = busy ? busyLabel : label;
    },
  };
}
