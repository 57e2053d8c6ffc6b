import { element } from "@dramac/module-kit";
import type { Query } from "./find.ts";

const CHOICES = { all: "All", draft: "Drafts", sent: "Sent", overdue: "Overdue", paid: "Paid", cancelled: "Cancelled" } as const satisfies Record<
  Query["status"],
  string
>;

/** Makes the search box and the choice of states. Both apply with every change. */
export function createFilters(onChange: (filter: Pick<Query, "text" | "status">) => void) {
  const text = element("input", { id: "search", type: "search", maxlength: "100", placeholder: "Number, customer, line …" });
  const status = element("select", { id: "status" }, ...Object.entries(CHOICES).map(([value, name]) => element("option", { value }, name)));
  const form = element(
    "form",
    { class: "filters", role: "search" },
    element("div", {}, element("label", { for: "search" }, "Search"), text),
    element("div", {}, element("label", { for: "status" }, "Show"), status),
  );
  const tell = () => onChange({ text: text.value, status: status.value as Query["status"] });
  form.addEventListener("submit", (event) => event.preventDefault());
  text.addEventListener("input", tell);
  status.addEventListener("change", tell);
  return { form, choose: (choice: Query["status"]) => void (status.value = choice) };
}
