import type { BlobMessage, ErrorCode, Limits, ModuleMessage, ModuleReady, Permission, ShellMessage } from "@dramac/contracts";
import { type Parsed, parseMessage } from "./parse-message.ts";
import { createTokenBucket } from "./token-bucket.ts";

/**
 * The shell's end of port B: takes one hello, then lets messages through the door in the order rate, size, schema.
 * @param onFatal the module must go, and `over` be said
 */
export function createModuleLink(
  limits: Limits,
  onHello: (protocol: number) => void,
  onMessage: (message: ModuleMessage | BlobMessage) => void,
  onFatal: (code: ErrorCode, detail?: string) => void,
  signal: AbortSignal,
) {
  const take = createTokenBucket(limits);
  let port: MessagePort | undefined;
  let malformed = 0;

  function send(message: ShellMessage): void {
    port?.postMessage(JSON.stringify(message));
  }

  signal.addEventListener("abort", () => {
    port?.close();
    port = undefined;
  });

  function receive({ data }: MessageEvent): void {
    if (!port) return;
    const verdict = take();
    if (verdict === "flood") return onFatal("flooding");
    const parsed = parseMessage(data, limits);
    if (parsed.code) refuse(parsed);
    // What it says because it was asked to is counted, but never refused.
    else if (verdict === "pass" || parsed.message.type === "PONG") onMessage(parsed.message);
    else denyOver(parsed.message);
  }

  function deny(code: ErrorCode, requestId?: number, text?: string, permission?: Permission): void {
    send({ type: "API_DENIED", requestId, code, message: text, permission });
  }

  function refuse({ code, detail, requestId }: Extract<Parsed, { code: ErrorCode }>): void {
    deny(code, requestId, detail);
    if (++malformed >= limits.malformedMessages) onFatal(code, detail);
  }

  /** Calls are told to wait; everything else over the limit is dropped, and only counted. */
  function denyOver(message: ModuleMessage | BlobMessage): void {
    if ("requestId" in message) deny("rate_limited", message.requestId);
  }

  return {
    /**
     * Takes the module's hello: once, from its window, opaque, with one port. A frame that loads twice is gone before it says another.
     * A second hello changes nothing.
     */
    offer({ source, origin, data, ports }: MessageEvent<Partial<ModuleReady> | null>, moduleWindow: Window): boolean {
      if (source !== moduleWindow || origin !== "null" || data?.type !== "MODULE_READY" || port || ports.length !== 1) return false;
      port = ports[0] as MessagePort;
      const { 0: lowest, 1: highest } = Object(data.protocol) as Partial<ModuleReady["protocol"]>;
      if (Number(lowest) <= 1 && Number(highest) >= 1) {
        port.onmessage = receive;
        onHello(1);
      } else onFatal("protocol_mismatch");
      return true;
    },
    send,
    deny,
  };
}

export type ModuleLink = ReturnType<typeof createModuleLink>;
