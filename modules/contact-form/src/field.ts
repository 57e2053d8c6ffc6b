import { element } from "@dramac/module-kit";

export interface Field {
  readonly row: HTMLElement;
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  /** Shows an issue below the input, where screen readers read it with the input. An empty string removes it. */
  say(issue: string): void;
}

/** Makes a field: a label, an input and room for an issue. */
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
