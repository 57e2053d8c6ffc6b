import { createId, element } from "@dramac/module-kit";
import { connect, RequestFailed } from "@dramac/sdk";
import { createAttempts } from "./attempt.ts";
import { failureMessage } from "./failure-message.ts";
import { createForm, type FormText } from "./form.ts";
import { createSuccess } from "./success.ts";
import { isLikelyBot, type Message, validate } from "./validate.ts";

type Settings = FormText & { readonly successText: string };

const handle = await connect();
const settings = () => handle.settings as unknown as Settings;
const messages = handle.storage<Message & { page: string }>("messages");
const nameOf = createAttempts(createId);
const form = createForm((message, trap) => void submit(message, trap));
let shownAt = performance.now();

async function submit(message: Message, trap: string): Promise<void> {
  const issues = validate(message);
  form.showIssues(issues);
  if (Object.keys(issues).length) return;
  if (isLikelyBot(trap, performance.now() - shownAt)) return form.showFailure("That was very fast. Please look at your message and send it once more.");
  form.setBusy(true);
  const document = { ...message, page: handle.context.path ?? "" };
  const code = await store(document);
  if (code !== undefined) {
    form.setBusy(false);
    return form.showFailure(failureMessage(code, navigator.onLine));
  }
  const isMailed = await handle.email("new-message", document).then(
    () => true,
    () => false,
  );
  form.setBusy(false);
  handle.track("message_sent", { mailed: isMailed });
  showSuccess(isMailed);
}

/** Stores a message. @returns the code of a refusal; `undefined` when it is stored, by this try or by an earlier one whose answer was lost */
async function store(document: Message & { page: string }): Promise<string | undefined> {
  try {
    await messages.create(document, { id: nameOf(document) });
  } catch (error) {
    const code = error instanceof RequestFailed ? error.code : "internal";
    if (code !== "conflict") return code;
  }
  return undefined;
}

function showSuccess(isMailed: boolean): void {
  const { section, heading } = createSuccess(settings().successText, isMailed, () => {
    section.replaceWith(form.form);
    form.restart();
    shownAt = performance.now();
  });
  form.form.replaceWith(section);
  heading.focus({ preventScroll: true });
}

form.setText(settings());
handle.on("settings", () => form.setText(settings()));
document.body.append(element("main", {}, form.form));
handle.ready();
