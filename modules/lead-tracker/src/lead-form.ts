import { createButton, element } from "@dramac/module-kit";
import { createField } from "./field.ts";
import { type Lead, STAGE_NAMES, STAGES } from "./lead.ts";
import { plainAmount } from "./money.ts";
import { readLead, type TypedLead } from "./read-lead.ts";

export interface LeadFormOptions {
  readonly title: string;
  readonly currency: string;
  readonly start: Lead;
  save(lead: Lead): void;
  leave(): void;
  /** Absent for a lead that is not stored yet. */
  readonly remove?: (() => void) | undefined;
}

/** Makes the form for a lead. */
export function createLeadForm({ title, currency, start, save, leave, remove }: LeadFormOptions) {
  const fields = {
    name: createField("name", "Name", element("input", { maxlength: "120", autocomplete: "off", value: start.name })),
    company: createField("company", "Company (optional)", element("input", { maxlength: "120", autocomplete: "off", value: start.company })),
    email: createField("email", "E-mail (optional)", element("input", { type: "email", maxlength: "254", autocomplete: "off", value: start.email })),
    value: createField(
      "value",
      `Value, ${currency}`,
      element("input", { inputmode: "decimal", maxlength: "13", value: start.valueCents ? plainAmount(start.valueCents, currency) : "" }),
    ),
    stage: createField(
      "stage",
      "Stage",
      element("select", {}, ...STAGES.map((stage) => element("option", { value: stage, selected: stage === start.stage }, STAGE_NAMES[stage]))),
    ),
    notes: createField("notes", "Notes (optional)", element("textarea", { rows: "4", maxlength: "4000" }, start.notes)),
  };
  const all = Object.entries(fields) as [keyof TypedLead, (typeof fields)["name"]][];
  const heading = element("h2", { tabindex: "-1" }, title);
  const status = element("p", { class: "status bad", role: "alert" });
  const submit = element("button", { type: "submit", class: "first" }, "Save");
  const actions = element("div", { class: "actions" }, submit, createButton("Leave without saving", leave, "quiet").node);
  const form = element("form", { novalidate: true, class: "lead" }, ...all.map(([, { row }]) => row), status, actions);
  let isBusy = false;

  if (remove) actions.append(askTwice(remove));

  /** Deleting affects all members, so the button asks for confirmation. */
  function askTwice(onSure: () => void): HTMLElement {
    const container = element("span", { class: "twice" });
    const sure = createButton("Yes, delete it", onSure, "danger");
    const keep = createButton("Keep it", () => (container.replaceChildren(ask.node), ask.node.focus()), "quiet");
    const ask = createButton("Delete", () => (container.replaceChildren("Sure? ", sure.node, keep.node), keep.node.focus()), "quiet");
    container.append(ask.node);
    return container;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isBusy) return;
    status.textContent = "";
    const read = readLead(Object.fromEntries(all.map(([name, { input }]) => [name, input.value])) as TypedLead, currency);
    const issues = "issues" in read ? read.issues : {};
    for (const [name, { say }] of all) say(issues[name] ?? "");
    all.find(([name]) => issues[name])?.[1].input.focus();
    if ("lead" in read) save(read.lead);
  });

  return {
    view: element("section", {}, element("header", { class: "head" }, heading), form),
    first: fields.name.input,
    setBusy(busy: boolean): void {
      isBusy = busy;
      submit.setAttribute("aria-disabled", String(busy));
      submit.textContent = busy ? "Saving …" : "Save";
    },
    /** Shows why the lead was not saved. The input stays. */
    fail(message: string): void {
      status.textContent = message;
    },
  };
}
