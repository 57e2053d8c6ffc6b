import { element } from "@dramac/module-kit";

/** Makes the view that replaces the form when the message is stored. It tells when the notification could not be mailed. */
export function createSuccess(text: string, isMailed: boolean, onAgain: () => void) {
  const heading = element("h2", { tabindex: "-1" }, "Message sent");
  const again = element("button", { type: "button", class: "quiet" }, "Write another message");
  again.addEventListener("click", onAgain);
  const section = element("section", { class: "done" }, heading, element("p", {}, text));
  if (!isMailed) section.append(element("p", { class: "intro" }, "It is saved. Only the notification could not be mailed, so an answer may take longer."));
  section.append(again);
  return { section, heading };
}
