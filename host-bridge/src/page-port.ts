import { PAGE_SHAPES } from "@dramac/contracts/generated/shapes";
import { findInvalidPath } from "@dramac/contracts/shape";
import type { Mount, PageContext, PageMessage, ShellReady, ShellToPageMessage } from "@dramac/contracts";

/**
 * The page's end of port A for one frame: answers the shell's one hello with MOUNT and hands on what fits its schema.
 * @param origin the frame's exact origin, from the plan
 */
export function createPagePort(
  frame: HTMLIFrameElement,
  origin: string,
  on: { context(): PageContext; message(message: ShellToPageMessage): void; mismatch(): void },
) {
  const ports = new Set<MessagePort>();
  let isConnected = false;

  /** Offers a channel. Of several the shell takes the first that reaches it, and by that one it speaks. */
  function mount(): void {
    const { port1: port, port2 } = new MessageChannel();
    ports.add(port);
    port.onmessage = ({ data }) => {
      isConnected = true;
      for (const other of ports) if (other !== port) drop(other);
      if (!findInvalidPath(PAGE_SHAPES, data)) on.message(data as ShellToPageMessage);
    };
    const message: Mount = { type: "MOUNT", protocol: 1, context: on.context() };
    frame.contentWindow?.postMessage(message, origin, [port2]);
  }

  function drop(port: MessagePort): void {
    port.close();
    ports.delete(port);
  }

  return {
    get isOpen() {
      return isConnected;
    },
    /**
     * For a frame of the page's own markup, whose hello may have come before anybody listened:
     * its document is there, and not ours to read, so it is the shell's.
     */
    greet(): void {
      if (!frame.contentDocument) mount();
    },
    /** Takes a window message if it is this frame's hello; a second one changes nothing. */
    offer(event: MessageEvent): boolean {
      if (event.source !== frame.contentWindow || event.origin !== origin) return false;
      const hello = event.data as Partial<ShellReady> | null;
      if (hello?.type !== "SHELL_READY") return false;
      if (isConnected) return true;
      isConnected = true;
      const [lowest, highest] = hello.protocol ?? [0, 0];
      if (lowest > 1 || highest < 1) on.mismatch();
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
