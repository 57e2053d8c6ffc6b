import { PAGE_SHAPES } from "@dramac/contracts/generated/shapes";
import { findMessageFault } from "@dramac/contracts/shape";
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
  let port: MessagePort | undefined;

  return {
    get isOpen() {
      return port !== undefined;
    },
    /** Takes a window message if it is this frame's hello; a second one changes nothing. */
    offer(event: MessageEvent): boolean {
      if (event.source !== frame.contentWindow || event.origin !== origin) return false;
      const hello = event.data as Partial<ShellReady> | null;
      if (hello?.type !== "SHELL_READY") return false;
      if (port) return true;
      const [lowest, highest] = hello.protocol ?? [0, 0];
      if (lowest > 1 || highest < 1) {
        on.mismatch();
        return true;
      }
      const channel = new MessageChannel();
      port = channel.port1;
      port.onmessage = ({ data }) => {
        if (!findMessageFault(PAGE_SHAPES, data)) on.message(data as ShellToPageMessage);
      };
      const mount: Mount = { type: "MOUNT", protocol: 1, context: on.context() };
      frame.contentWindow?.postMessage(mount, origin, [channel.port2]);
      return true;
    },
    send: (message: PageMessage) => port?.postMessage(message),
    close(): void {
      port?.close();
      port = undefined;
    },
  };
}

export type PagePort = ReturnType<typeof createPagePort>;
