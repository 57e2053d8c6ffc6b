import type { PageContext, ShellMessage } from "@dramac/contracts";
import { createHeartbeat } from "./heartbeat.ts";
import { createInit } from "./init-message.ts";
import type { ShellContext } from "./shell-context.ts";

/** Sends INIT as soon as the page's context and the module's protocol are both known. Then starts the heartbeat. */
export function createHandshake(context: ShellContext, send: (message: ShellMessage) => void, onDead: () => void) {
  let page: PageContext | undefined;
  let protocol: number | undefined;
  let pong: (() => void) | undefined;

  function greet(): void {
    if (!page || !protocol || pong) return;
    send(createInit(context.init, page, protocol));
    pong = createHeartbeat(context, () => send({ type: "PING" }), onDead);
  }

  return {
    /** The protocol that the module speaks; `undefined` before its hello. */
    get protocol() {
      return protocol;
    },
    page(context: PageContext): void {
      page = context;
      greet();
    },
    hello(spoken: number): void {
      protocol = spoken;
      greet();
    },
    pong: () => pong?.(),
  };
}
