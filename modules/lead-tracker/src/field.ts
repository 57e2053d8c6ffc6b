import { element } from "@dramac/module-kit";

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export interface Field {
  readonly row: HTMLElement;
  readonly input: Input;
  /** Shows an issue below the input, where screen readers read it with the input. An empty string removes it. */
  say(issue: string): void;
}

/** Makes a field: a label, the given input and room for an issue. */
export function createField(name: string, label: string, input: Input): Field {
  const issue = element("p", { id: `${name}-fault`, class: "fault" });
  for (const [key, value] of Object.entries({ id: name, name, "aria-describedby": issue.id })) input.setAttribute(key, value);
  const say = (message: string) => {
    issue.textContent = message;
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => say(""));
  return { input, say, row: element("div", { class: `field ${name}` }, element("label", { for: name }, label), input, issue) };
}
