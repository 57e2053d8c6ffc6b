import type { ErrorCode, ShellMessage } from "@dramac/contracts";
import type { Limits } from "@dramac/contracts/limits";
import { PROTOCOL } from "@dramac/contracts/protocol";
import { createContext } from "./configuration.ts";
import { createModuleLink } from "../../src/module-link.ts";

/** This window plays the part of the module's. */
export const moduleWindow = window;

/** The shell's end of port B, with a module at the other end that collects the answers. */
export function linked(limits: Partial<Limits> = {}) {
  const controller = new AbortController();
  const { port1: module, port2 } = new MessageChannel();
  const hellos: number[] = [];
  const messages: unknown[] = [];
  const fatal: ErrorCode[] = [];
  const answers: ShellMessage[] = [];
  const link = createModuleLink(
    createContext(limits, { signal: controller.signal }),
    (protocol) => hellos.push(protocol),
    (message) => messages.push(message),
    (code) => {
      fatal.push(code);
      controller.abort();
    },
  );
  module.onmessage = ({ data }) => answers.push(JSON.parse(data as string) as ShellMessage);
  /** Sends a valid hello, changed by `wrong`. */
  const hello = (wrong: Partial<Pick<MessageEvent, "source" | "origin" | "data" | "ports">> = {}) =>
    link.offer(
      { source: moduleWindow, origin: "null", data: { type: "MODULE_READY", protocol: PROTOCOL }, ports: [port2], ...wrong } as MessageEvent,
      moduleWindow,
    );
  return { link, module, hellos, messages, fatal, answers, hello, controller, say: (message: object) => module.postMessage(JSON.stringify(message)) };
}
