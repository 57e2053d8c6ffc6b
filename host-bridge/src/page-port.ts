import { PAGE_SHAPES } from "@dramac/contracts/generated/shapes";
import { findInvalidPath } from "@dramac/contracts/shape";
import type { Mount, PageContext, PageMessage, ShellReady, ShellToPageMessage } from "@dramac/contracts";
import { PROTOCOL_VERSION } from "@dramac/contracts/protocol";

/**
 * The page's end of port A for one frame. Answers the shell's hello with MOUNT and passes on the messages that match their schema.
 * @param origin the frame's exact origin, from the plan
 */
export function createPagePort(
  frame: HTMLIFrameElement,
  origin: string,
  on: { context(): PageContext; message(message: ShellToPageMessage): void; mismatch(): void },
) {
  const ports = new Set<MessagePort>();
  let isConnected = false;

  /** Offers a channel. When several were offered, the shell uses the first that reaches it; the others are closed. */
  function mount(): void {
    const { port1: port, port2 } = new MessageChannel();
    ports.add(port);
    port.onmessage = ({ data }) => {
      isConnected = true;
      for (const other of ports) if (other !== port) drop(other);
      if (!findInvalidPath(PAGE_SHAPES, data)) on.message(data as ShellToPageMessage);
    };
    const message: Mount = { type: "MOUNT", protocol: PROTOCOL_VERSION, context: on.context() };
    frame.contentWindow?.postMessage(message, origin, [port2]);
  }

  function drop(port: MessagePort): void {
    port.close();
    ports.delete(port);
  }

  return {
    /** Whether the shell has said hello or sent a message. */
    get isOpen() {
      return isConnected;
    },
    /**
     * Sends MOUNT to a frame of the page's own markup. Its hello may have come before anyone listened.
     * `contentDocument` is null once the frame shows another origin, which means that the shell's document is there.
     * https://html.spec.whatwg.org/multipage/iframe-embed-object.html#dom-iframe-contentdocument
     */
    greet(): void {
      if (!frame.contentDocument) mount();
    },
    /**
     * Accepts this frame's hello. A second hello changes nothing.
     * @returns whether the event was a hello of this frame
     */
    offer(event: MessageEvent): boolean {
      if (event.source !== frame.contentWindow || event.origin !== origin) return false;
      const hello = event.data as Partial<ShellReady> | null;
      if (hello?.type !== "SHELL_READY") return false;
      if (isConnected) return true;
      isConnected = true;
      const [lowest, highest] = hello.protocol ?? [0, 0];
      if (lowest > PROTOCOL_VERSION || highest < PROTOCOL_VERSION) on.mismatch();
      else mount();
      return true;
    },
    send(message: PageMessage): void {
      for (const port of ports) port.postMessage(message);
    },
    close(): void {
      isConnected = false;
      for (const port of ports) drop(port);
    },
  };
}

export type PagePort = ReturnType<typeof createPagePort>;
