import { element } from "@dramac/module-kit";
import { createComposer } from "../composer.ts";
import type { Line } from "../conversation.ts";
import { createLog } from "../log.ts";
import { nameOf } from "./thread-list.ts";
import type { Thread } from "./threads.ts";

export interface ThreadActions {
  send(text: string): void;
  retry(id: string): void;
  close(): void;
  describe(line: Line): string;
}

/** Makes the view of one conversation, with a form for an answer. */
export function createThreadView(visitor: string, on: ThreadActions) {
  const heading = element("h2", { tabindex: "-1" }, nameOf(visitor));
  const back = element("button", { type: "button", class: "back" }, "Back");
  const { form, input } = createComposer(on.send);
  const { log, render, toEnd } = createLog({
    describe: on.describe,
    retry(id) {
      input.focus();
      on.retry(id);
    },
  });
  back.addEventListener("click", on.close);
  input.setAttribute("aria-label", `Answer to ${nameOf(visitor)}`);
  input.placeholder = "Write an answer";
  return {
    view: element("section", { class: "thread", "aria-label": nameOf(visitor) }, element("header", {}, back, heading), log, form),
    input,
    toEnd,
    render: (greeting: string, thread: Thread | undefined) => render(greeting, thread?.lines ?? []),
  };
}
