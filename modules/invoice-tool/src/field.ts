import { element } from "@dramac/module-kit";

export interface Field<Input extends HTMLElement = HTMLInputElement | HTMLTextAreaElement> {
  readonly row: HTMLElement;
  readonly input: Input;
  /** Shows an issue below the input, where screen readers read it with the input. An empty string removes it. */
  say(issue: string): void;
}

/** Makes a field: a label, an input and room for an issue. The attribute `rows` makes it a text area. */
export function createField(name: string, label: string, attributes: Record<string, string> = {}): Field {
  const input = element("rows" in attributes ? "textarea" : "input", { id: name, name, "aria-describedby": `${name}-fault`, ...attributes });
  const issue = element("p", { id: `${name}-fault`, class: "fault" });
  const say = (message: string) => {
    issue.textContent = message;
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => say(""));
  return { input, say, row: element("div", { class: `field ${name.replace(/-\d+$/, "")}` }, element("label", { for: name }, label), input, issue) };
}
