import { element } from "@dramac/module-kit";

export interface Field {
  readonly row: HTMLElement;
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  /** What is wrong, beside the input and read out with it; empty when nothing is. */
  say(issue: string): void;
}

/** A label, an input and the place of its fault. */
export function createField(name: string, label: string, attributes: Record<string, string>): Field {
  const input = element("rows" in attributes ? "textarea" : "input", { id: name, name, "aria-describedby": `${name}-fault`, ...attributes });
  const issue = element("p", { id: `${name}-fault`, class: "fault" });
  return {
    input,
    row: element("div", { class: `field ${name}` }, element("label", { for: name }, label), input, issue),
    say(message) {
      issue.textContent = message;
      if (message) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
  };
}
