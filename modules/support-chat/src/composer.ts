import { element, icon } from "@dramac/module-kit";

const SEND = "M4 12h15M13 6l6 6-6 6";

/** Makes the form for a message. Enter sends it; Shift and Enter begin a new line. A draft stays when the panel closes. */
export function createComposer(onSend: (text: string) => void) {
  const input = element("textarea", { rows: "1", "aria-label": "Your message", placeholder: "Write a message", maxlength: "2000" });
  const form = element("form", {}, input, element("button", { class: "send", type: "submit", "aria-label": "Send" }, icon(SEND)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    onSend(text);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return { form, input };
}
