import { type Lead, STAGES } from "./lead.ts";
import { parseAmount } from "./money.ts";

/** The form as somebody typed it. */
export type TypedLead = Readonly<Record<"name" | "email" | "company" | "value" | "stage" | "notes", string>>;
export type Faults = Partial<Record<keyof TypedLead, string>>;

/** The lead that was typed, or what is wrong with it. */
export function readLead(typed: TypedLead, currency: string): { lead: Lead } | { faults: Faults } {
  const faults: Faults = {};
  const email = typed.email.trim();
  const valueCents = parseAmount(typed.value, currency);
  const stage = STAGES.find((one) => one === typed.stage) ?? "new";
  if (!typed.name.trim()) faults.name = "Who is it?";
  if (email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) faults.email = "This does not look like an e-mail address.";
  if (valueCents === undefined) faults.value = "An amount like 1200 or 1200.50.";
  if (Object.keys(faults).length) return { faults };
  return { lead: { name: typed.name.trim(), email, company: typed.company.trim(), valueCents: valueCents as number, stage, notes: typed.notes.trim() } };
}
