import type { BlobMessage, ErrorCode, ModuleMessage, ModuleReady, Permission, ShellMessage } from "@dramac/contracts";
import { PROTOCOL_VERSION } from "@dramac/contracts/protocol";
import { parseMessage } from "./parse-message.ts";
import type { ShellContext } from "./shell-context.ts";
import { createTokenBucket } from "./token-bucket.ts";

/**
 * The shell's end of port B. Accepts one hello, then checks each message in this order: rate, size, schema.
 * @param onFatal the module broke the protocol; the caller must remove it and abort the context's signal
 */
export function createModuleLink(
  { init: { limits }, signal }: ShellContext,
  onHello: (protocol: number) => void,
  onMessage: (message: ModuleMessage | BlobMessage) => void,
  onFatal: (code: ErrorCode, detail?: string) => void,
) {
  const take = createTokenBucket(limits);
  let port: MessagePort | undefined;
  let malformed = 0;

  function send(message: ShellMessage): void {
    port?.postMessage(JSON.stringify(message));
  }

  signal.addEventListener("abort", () => port?.close());

  function receive({ data }: MessageEvent): void {
    if (signal.aborted) return;
    const verdict = take();
    if (verdict === "flood") return onFatal("flooding");
    const { code, detail, requestId, message } = parseMessage(data, limits);
    if (code) {
      deny(code, requestId, detail);
      if (++malformed >= limits.malformedMessages) onFatal(code, detail);
    }
    // A PONG answers the shell's own ping. It counts towards the limit, but is never refused.
    else if (verdict === "pass" || message.type === "PONG") onMessage(message);
    // A denied call can be retried. Other messages over the limit are dropped.
    else if ("requestId" in message) deny("rate_limited", message.requestId);
  }

  function deny(code: ErrorCode, requestId?: number, message?: string, permission?: Permission): void {
    send({ type: "API_DENIED", requestId, code, message, permission });
  }

  return {
    /**
     * Accepts the module's hello: once, from the module's window, with an opaque origin and exactly one port.
     * @returns whether the event was that hello
     */
    offer({ source, origin, data, ports }: MessageEvent<Partial<ModuleReady> | null>, moduleWindow: Window): boolean {
      if (source !== moduleWindow || origin !== "null" || data?.type !== "MODULE_READY" || port || ports.length !== 1) return false;
      port = ports[0] as MessagePort;
      const { 0: lowest, 1: highest } = Object(data.protocol) as ModuleReady["protocol"];
      if (lowest <= PROTOCOL_VERSION && highest >= PROTOCOL_VERSION) {
        port.onmessage = receive;
        onHello(PROTOCOL_VERSION);
      } else onFatal("protocol_mismatch");
      return true;
    },
    send,
    deny,
  };
}

export type ModuleLink = ReturnType<typeof createModuleLink>;
