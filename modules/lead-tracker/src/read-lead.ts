import { type Lead, STAGES } from "./lead.ts";
import { parseAmount } from "./money.ts";

/** The values of the form's inputs. */
export type TypedLead = Readonly<Record<"name" | "email" | "company" | "value" | "stage" | "notes", string>>;
export type Issues = Partial<Record<keyof TypedLead, string>>;

/** Reads a lead from the form, or finds its issues. */
export function readLead(typed: TypedLead, currency: string): { lead: Lead } | { issues: Issues } {
  const issues: Issues = {};
  const email = typed.email.trim();
  const valueCents = parseAmount(typed.value, currency);
  const stage = STAGES.find((one) => one === typed.stage) ?? "new";
  if (!typed.name.trim()) issues.name = "Who is it?";
  if (email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) issues.email = "This does not look like an e-mail address.";
  if (valueCents === undefined) issues.value = "An amount like 1200 or 1200.50.";
  if (Object.keys(issues).length) return { issues };
  return { lead: { name: typed.name.trim(), email, company: typed.company.trim(), valueCents: valueCents as number, stage, notes: typed.notes.trim() } };
}
