import { element } from "@dramac/module-kit";

/** What stands in the form's place once the message is stored. A notice that could not be mailed is not kept quiet. */
export function createSuccess(text: string, isMailed: boolean, onAgain: () => void) {
  const heading = element("h2", { tabindex: "-1" }, "Message sent");
  const again = element("button", { type: "button", class: "quiet" }, "Write another message");
  again.addEventListener("click", onAgain);
  const section = element("section", { class: "done" }, heading, element("p", {}, text));
  if (!isMailed) section.append(element("p", { class: "intro" }, "It is saved. Only the notification could not be mailed, so an answer may take longer."));
  section.append(again);
  return { section, heading };
}
