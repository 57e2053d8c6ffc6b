import { element } from "@dramac/module-kit";
import { createField, type Field } from "./field.ts";
import type { Issues, Message } from "./validate.ts";

export interface FormText {
  readonly heading: string;
  readonly intro: string;
  readonly buttonLabel: string;
  readonly showPhone: boolean;
}

type FieldName = keyof Message;

/** Makes the form. It has a hidden field that people leave empty and programs often fill in. */
export function createForm(onSubmit: (message: Message, trap: string) => void) {
  const fields: Readonly<Record<FieldName, Field>> = {
    name: createField("name", "Name", { autocomplete: "name", required: "", maxlength: "100" }),
    email: createField("email", "E-mail", { type: "email", autocomplete: "email", required: "", maxlength: "254" }),
    phone: createField("phone", "Phone (optional)", { type: "tel", autocomplete: "tel", maxlength: "40" }),
    message: createField("message", "Message", { rows: "5", required: "", maxlength: "4000" }),
  };
  const all = Object.entries(fields) as [FieldName, Field][];
  const trap = element("input", { name: "fax2", tabindex: "-1", autocomplete: "off" });
  const heading = element("h2", { id: "heading" });
  const intro = element("p", { class: "intro" });
  const status = element("p", { class: "status", role: "alert" });
  const button = element("button", { type: "submit" });
  const form = element(
    "form",
    { novalidate: true, "aria-labelledby": "heading" },
    heading,
    intro,
    ...all.map(([, { row }]) => row),
    element("div", { class: "trap", "aria-hidden": "true" }, element("label", {}, "Leave this empty", trap)),
    status,
    button,
  );
  let label = "";
  let isBusy = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isBusy) return;
    const value = (name: FieldName) => (fields[name].row.hidden ? "" : fields[name].input.value.trim());
    onSubmit({ name: value("name"), email: value("email"), phone: value("phone"), message: value("message") }, trap.value);
  });
  for (const [, { input, say }] of all) input.addEventListener("input", () => say(""));

  return {
    form,
    /** Applies the settings. The visitor's input stays. */
    setText(text: FormText): void {
      heading.textContent = text.heading;
      intro.textContent = text.intro;
      button.textContent = label = text.buttonLabel;
      fields.phone.row.hidden = !text.showPhone;
    },
    /** Shows each issue below its field, and moves the focus to the first one. */
    showIssues(issues: Issues): void {
      for (const [name, { say }] of all) say(issues[name] ?? "");
      all.find(([name]) => issues[name])?.[1].input.focus();
    },
    /** The button stays focusable while sending, because a disabled button would lose the keyboard's focus. */
    setBusy(busy: boolean): void {
      isBusy = busy;
      button.setAttribute("aria-disabled", String(busy));
      button.textContent = busy ? "Sending …" : label;
      if (busy) status.textContent = "";
    },
    /** Shows why the message was not sent. The input stays, and the button offers to try again. */
    showFailure(message: string): void {
      trap.value = "";
      status.textContent = message;
      button.textContent = "Try again";
    },
    /** Empties the form and moves the focus to the first field. */
    restart(): void {
      form.reset();
      status.textContent = "";
      button.textContent = label;
      fields.name.input.focus();
    },
  };
}
