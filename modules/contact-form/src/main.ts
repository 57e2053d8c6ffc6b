import { connect, RequestFailed } from "@dramac/sdk";
import { element } from "./element.ts";
import { createForm, type FormText } from "./form.ts";
import { isLikelyBot, type Message, validate } from "./validate.ts";

const handle = await connect();
const settings = handle.settings as unknown as FormText & { successText: string };
const messages = handle.storage<Message & { page: string }>("messages");
const shownAt = performance.now();
const form = createForm(settings, (message, trap) => void submit(message, trap));

async function submit(message: Message, trap: string): Promise<void> {
  const faults = validate(message);
  form.showFaults(faults);
  if (Object.keys(faults).length) return;
  if (isLikelyBot(trap, performance.now() - shownAt)) return form.showFailure("That was very fast. Please check your message and send it once more.");
  form.setBusy(true);
  const document = { ...message, page: handle.context.path ?? "" };
  try {
    await messages.create(document);
  } catch (fault) {
    form.setBusy(false);
    return form.showFailure(wordsFor(fault));
  }
  const isMailed = await handle.email("new-message", document).then(
    () => true,
    () => false,
  );
  handle.track("message_sent", { mailed: isMailed });
  showSuccess(isMailed);
}

function showSuccess(isMailed: boolean): void {
  const heading = element("h2", { tabindex: "-1" }, "Message sent");
  const note = isMailed ? "" : "It is saved, but the notification is delayed; we will still see it.";
  form.form.replaceWith(
    element(
      "section",
      { class: "done", role: "status" },
      heading,
      element("p", {}, settings.successText),
      ...(note ? [element("p", { class: "intro" }, note)] : []),
    ),
  );
  heading.focus({ preventScroll: true });
}

function wordsFor(fault: unknown): string {
  const code = fault instanceof RequestFailed ? fault.code : "internal";
  if (code === "rate_limited") return "Many messages at once. Please wait a moment and send it again; nothing is lost.";
  if (code === "validation_failed") return "Something in the message was not accepted. Please check it and send it again.";
  return "The message could not be sent just now. What you wrote is still here: please try again.";
}

document.body.append(element("main", {}, form.form));
handle.ready();
