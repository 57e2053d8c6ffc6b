import { createButton, element } from "@dramac/module-kit";
import { createField, type Field } from "./field.ts";
import type { Issues, TypedLine } from "./read-draft.ts";

/** Makes the fields for the lines of an invoice. Lines can be added, up to a maximum, and removed. */
export function createLineFields(maxLines: number, describe: (line: TypedLine) => string, onChange: () => void) {
  interface Row {
    readonly node: HTMLElement;
    readonly fields: Readonly<Record<keyof TypedLine, Field>>;
    readonly sum: HTMLElement;
  }
  let rows: Row[] = [];
  let last = 0;
  const list = element("ul", { class: "line-fields" });
  const issue = element("p", { class: "fault", role: "alert" });
  const more = createButton("Add a line", () => add().fields.text.input.focus(), "quiet");

  const typed = ({ fields: { text, quantity, unit } }: Row): TypedLine => ({ text: text.input.value, quantity: quantity.input.value, unit: unit.input.value });

  function add(line: TypedLine = { text: "", quantity: "1", unit: "" }): Row {
    const name = ++last;
    const fields = {
      text: createField(`text-${name}`, "Description", { maxlength: "200", value: line.text }),
      quantity: createField(`quantity-${name}`, "Quantity", { inputmode: "decimal", maxlength: "12", value: line.quantity }),
      unit: createField(`unit-${name}`, "Unit price", { inputmode: "decimal", maxlength: "14", value: line.unit }),
    };
    const sum = element("output", { class: "sum" });
    const remove = createButton(
      "Remove",
      () => {
        const index = rows.indexOf(row);
        rows = rows.filter((one) => one !== row);
        row.node.remove();
        (rows[Math.min(index, rows.length - 1)]?.fields.text.input ?? more.node).focus();
        update();
      },
      "link",
    );
    const row: Row = {
      fields,
      sum,
      node: element("li", {}, fields.text.row, fields.quantity.row, fields.unit.row, element("div", { class: "end" }, sum, remove.node)),
    };
    row.node.addEventListener("input", update);
    rows.push(row);
    list.append(row.node);
    update();
    return row;
  }

  function update(): void {
    issue.textContent = "";
    more.node.hidden = rows.length >= maxLines;
    for (const [index, row] of rows.entries()) {
      row.sum.textContent = describe(typed(row));
      row.node.querySelector("button")?.setAttribute("aria-label", `Remove line ${index + 1}`);
    }
    onChange();
  }

  return {
    node: element("fieldset", {}, element("legend", {}, "Lines"), list, issue, more.node),
    add,
    read: (): TypedLine[] => rows.map(typed),
    /** @returns the first input with an issue */
    showIssues(issues: Issues): HTMLElement | undefined {
      issue.textContent = issues.lines ?? "";
      let first: HTMLElement | undefined;
      for (const [index, { fields }] of rows.entries())
        for (const [name, field] of Object.entries(fields)) {
          const message = issues[`${name}-${index}`] ?? "";
          field.say(message);
          if (message) first ??= field.input;
        }
      return first ?? (issues.lines ? more.node : undefined);
    },
  };
}
