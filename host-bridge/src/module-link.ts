import type { BlobMessage, ErrorCode, Limits, ModuleMessage, ModuleReady, ShellMessage } from "@dramac/contracts";
import { type Parsed, parseMessage } from "./parse-message.ts";
import { createTokenBucket } from "./token-bucket.ts";

export interface ModuleLinkOptions {
  readonly limits: Limits;
  onHello(protocol: number): void;
  onMessage(message: ModuleMessage | BlobMessage): void;
  /** The port is closed already; the module must go. */
  onFatal(code: ErrorCode, detail?: string): void;
}

/** A message that a module sends because it was asked to: never counted against it. */
const FREE = '{"type":"PONG"}';

/** The shell's end of port B: takes one hello, then lets messages through the door in the order rate, size, schema. */
export function createModuleLink({ limits, onHello, onMessage, onFatal }: ModuleLinkOptions) {
  const take = createTokenBucket(limits);
  let port: MessagePort | undefined;
  let malformed = 0;

  function send(message: ShellMessage): void {
    port?.postMessage(JSON.stringify(message));
  }

  function close(): void {
    port?.close();
    port = undefined;
  }

  function fail(code: ErrorCode, detail?: string): void {
    close();
    onFatal(code, detail);
  }

  function receive({ data }: MessageEvent): void {
    if (!port) return;
    const verdict = data === FREE ? "pass" : take();
    if (verdict === "flood") return fail("flooding");
    const parsed = parseMessage(data, limits);
    if (parsed.code) refuse(parsed);
    else if (verdict === "pass") onMessage(parsed.message);
    else denyOver(parsed.message);
  }

  function refuse({ code, detail, requestId }: Extract<Parsed, { code: ErrorCode }>): void {
    send({ type: "API_DENIED", requestId, code, message: detail });
    if (++malformed >= limits.malformedMessages) fail(code, detail);
  }

  /** Calls are told to wait; everything else over the limit is dropped, and only counted. */
  function denyOver(message: ModuleMessage | BlobMessage): void {
    if (!("requestId" in message)) return;
    const retryAfterMs = Math.ceil(1_000 / limits.sustainedPerSecond);
    send({ type: "API_DENIED", requestId: message.requestId, code: "rate_limited", message: "Too many messages.", retryAfterMs });
  }

  return {
    /**
     * Takes the module's hello: once, from its window, opaque, with one port, before it has loaded twice.
     * A second hello changes nothing.
     */
    offer({ source, origin, data, ports }: MessageEvent<Partial<ModuleReady> | null>, moduleWindow: Window, loads: number): boolean {
      if (source !== moduleWindow || origin !== "null" || data?.type !== "MODULE_READY" || port || ports.length !== 1 || loads > 1) return false;
      port = ports[0] as MessagePort;
      const [lowest = 2, highest = 0] = Array.isArray(data.protocol) ? data.protocol : [];
      if (lowest <= 1 && highest >= 1) {
        port.onmessage = receive;
        onHello(1);
      } else fail("protocol_mismatch");
      return true;
    },
    send,
    close,
    get isOpen() {
      return port !== undefined;
    },
  };
}
