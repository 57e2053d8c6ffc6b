import type { ErrorCode, ShellMessage } from "@dramac/contracts";
import { LIMITS, type Limits } from "@dramac/contracts/limits";
import { createModuleLink } from "../../src/module-link.ts";

/** Any window that stands for the module's. */
export const moduleWindow = window;

/** The shell's end of port B with a module at the other, which hears what it is answered. */
export function linked(limits: Partial<Limits> = {}) {
  const controller = new AbortController();
  const { port1: module, port2 } = new MessageChannel();
  const hellos: number[] = [];
  const messages: unknown[] = [];
  const fatal: ErrorCode[] = [];
  const answers: ShellMessage[] = [];
  const link = createModuleLink(
    { ...LIMITS, ...limits },
    (protocol) => hellos.push(protocol),
    (message) => messages.push(message),
    (code) => {
      fatal.push(code);
      controller.abort();
    },
    controller.signal,
  );
  module.onmessage = ({ data }) => answers.push(JSON.parse(data as string) as ShellMessage);
  /** Says hello, right in every respect but those that are given. */
  const hello = (wrong: Partial<Pick<MessageEvent, "source" | "origin" | "data" | "ports">> = {}) =>
    link.offer(
      { source: moduleWindow, origin: "null", data: { type: "MODULE_READY", protocol: [1, 1] }, ports: [port2], ...wrong } as MessageEvent,
      moduleWindow,
    );
  return { link, module, hellos, messages, fatal, answers, hello, controller, say: (message: object) => module.postMessage(JSON.stringify(message)) };
}
