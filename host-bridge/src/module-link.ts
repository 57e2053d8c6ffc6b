import type { ErrorCode, BlobMessage, ModuleMessage, ModuleReady, ShellMessage } from "@dramac/contracts";
import { LIMITS, type Limits } from "@dramac/contracts/limits";
import { parseMessage } from "./parse-message.ts";
import { createTokenBucket } from "./token-bucket.ts";

export interface ModuleLinkOptions {
  readonly limits: Limits;
  onHello(protocol: number): void;
  onMessage(message: ModuleMessage | BlobMessage): void;
  /** The port is closed already; the module must go. */
  onFatal(code: ErrorCode, detail: string): void;
}

/** Messages that a module sends because it was asked to, or to leave: never counted against it. */
const FREE = '{"type":"PONG"}';

/** The shell's end of port B: takes one hello, then lets messages through the door in the order rate, size, schema. */
export function createModuleLink({ limits, onHello, onMessage, onFatal }: ModuleLinkOptions) {
  const take = createTokenBucket({
    burst: limits.burst,
    perSecond: limits.sustainedPerSecond,
    floodFactor: limits.floodFactor,
  });
  let port: MessagePort | undefined;
  let malformed = 0;

  function send(message: ShellMessage): void {
    port?.postMessage(JSON.stringify(message));
  }

  function fail(code: ErrorCode, detail: string): void {
    port?.close();
    port = undefined;
    onFatal(code, detail);
  }

  function receive({ data }: MessageEvent): void {
    if (!port) return;
    const verdict = data === FREE ? "pass" : take();
    if (verdict === "flood") return fail("flooding", "The module sent far more messages than allowed.");
    const parsed = parseMessage(data, limits.messageBytes, limits.uploadBytes);
    if (verdict === "over") return denyOver(parsed);
    if ("message" in parsed) return onMessage(parsed.message);
    const id = parsed.requestId === undefined ? {} : { requestId: parsed.requestId };
    send({ type: "API_DENIED", code: parsed.code, message: parsed.detail, ...id });
    if (++malformed >= LIMITS.malformedMessages) fail("malformed_message", parsed.detail);
  }

  /** Calls are told to wait; everything else over the limit is dropped, and only counted. */
  function denyOver(parsed: ReturnType<typeof parseMessage>): void {
    if (!("message" in parsed) || !("requestId" in parsed.message)) return;
    const { requestId } = parsed.message;
    const retryAfterMs = Math.ceil(1_000 / limits.sustainedPerSecond);
    send({ type: "API_DENIED", requestId, code: "rate_limited", message: "Too many messages. Slow down.", retryAfterMs });
  }

  return {
    /**
     * Takes the module's hello: once, from its window, opaque, with one port, before it has loaded twice.
     * A second hello changes nothing.
     */
    offer(event: MessageEvent, moduleWindow: Window, loads: number): boolean {
      const hello = event.data as Partial<ModuleReady> | null;
      if (event.source !== moduleWindow || event.origin !== "null" || hello?.type !== "MODULE_READY") return false;
      if (port || event.ports.length !== 1 || loads > 1) return false;
      const [lowest, highest] = Array.isArray(hello.protocol) ? hello.protocol : [0, 0];
      port = event.ports[0] as MessagePort;
      if (!(lowest <= 1 && highest >= 1)) {
        fail("protocol_mismatch", "The module speaks no protocol version that this platform does. Rebuild it with a current SDK.");
        return true;
      }
      port.onmessage = receive;
      onHello(1);
      return true;
    },
    send,
    get isOpen() {
      return port !== undefined;
    },
    close(): void {
      port?.close();
      port = undefined;
    },
  };
}
