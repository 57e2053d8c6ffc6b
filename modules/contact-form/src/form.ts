import { element } from "./element.ts";
import type { Faults, Message } from "./validate.ts";

export interface FormText {
  readonly heading: string;
  readonly intro: string;
  readonly buttonLabel: string;
  readonly showPhone: boolean;
}

type FieldName = keyof Message;
interface Field {
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  readonly fault: HTMLElement;
}

function createField(name: FieldName, label: string, attributes: Record<string, string>, isLong = false): Field & { row: HTMLElement } {
  const input = element(isLong ? "textarea" : "input", { id: name, name, "aria-describedby": `${name}-fault`, ...attributes });
  const fault = element("p", { id: `${name}-fault`, class: "fault" });
  return { input, fault, row: element("div", { class: `field ${name}` }, element("label", { for: name }, label), input, fault) };
}

/** The form itself: fields, their faults, a trap for programs, and the state of sending. */
export function createForm(text: FormText, onSubmit: (message: Message, trap: string) => void) {
  const fields = new Map<FieldName, Field>();
  const rows = [
    { name: "name" as const, label: "Name", attributes: { autocomplete: "name", required: "", maxlength: "100" } },
    { name: "email" as const, label: "E-mail", attributes: { type: "email", autocomplete: "email", required: "", maxlength: "254" } },
    ...(text.showPhone ? [{ name: "phone" as const, label: "Phone (optional)", attributes: { type: "tel", autocomplete: "tel", maxlength: "40" } }] : []),
    { name: "message" as const, label: "Message", attributes: { rows: "5", required: "", maxlength: "4000" }, isLong: true },
  ].map(({ name, label, attributes, ...rest }) => {
    const { row, ...field } = createField(name, label, attributes, "isLong" in rest);
    fields.set(name, field);
    return row;
  });
  const trap = element("input", { name: "website", tabindex: "-1", autocomplete: "off" });
  const button = element("button", { type: "submit" }, text.buttonLabel);
  const status = element("p", { class: "status", role: "alert" });
  const form = element(
    "form",
    { novalidate: true, "aria-labelledby": "heading" },
    element("h2", { id: "heading" }, text.heading),
    element("p", { class: "intro" }, text.intro),
    ...rows,
    element("div", { class: "trap", "aria-hidden": "true" }, element("label", {}, "Leave this empty", trap)),
    status,
    button,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = (name: FieldName) => fields.get(name)?.input.value.trim() ?? "";
    onSubmit({ name: value("name"), email: value("email"), phone: value("phone"), message: value("message") }, trap.value);
  });

  return {
    form,
    /** Shows faults beside their fields and takes the visitor to the first one. */
    showFaults(faults: Faults): void {
      let first: HTMLElement | undefined;
      for (const [name, { input, fault }] of fields) {
        fault.textContent = faults[name] ?? "";
        if (faults[name]) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
        if (faults[name]) first ??= input;
      }
      first?.focus();
    },
    setBusy(isBusy: boolean): void {
      button.disabled = isBusy;
      button.textContent = isBusy ? "Sending …" : text.buttonLabel;
      form.setAttribute("aria-busy", String(isBusy));
      if (isBusy) status.textContent = "";
    },
    showFailure(words: string): void {
      status.textContent = words;
    },
  };
}
