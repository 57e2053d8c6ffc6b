import type { Mount, PageContext, PageMessage, ShellToPageMessage } from "@dramac/contracts";
import { PROTOCOL } from "@dramac/contracts/protocol";

/** Messages that are queued for a page that has not sent MOUNT yet. Later messages are dropped. */
const MAX_QUEUED = 50;

/** The shell's end of port A. Messages are queued until MOUNT arrives and are then sent in order. */
export function createPageLink(origin: string, onMount: (context: PageContext) => void, onMessage: (message: PageMessage) => void) {
  let port: MessagePort | undefined;
  const queue: ShellToPageMessage[] = [];

  return {
    hello: () => parent.postMessage({ type: "SHELL_READY", protocol: PROTOCOL }, origin),
    /**
     * Accepts the first MOUNT and ignores any other.
     * @returns whether the event was a MOUNT of the host page
     */
    offer({ source, origin: from, data, ports }: MessageEvent<Partial<Mount> | null>): boolean {
      if (source !== parent || from !== origin || data?.type !== "MOUNT") return false;
      if (port || ports.length !== 1 || !data.context) return true;
      port = ports[0] as MessagePort;
      port.onmessage = (event: MessageEvent<PageMessage>) => onMessage(event.data);
      onMount(data.context);
      for (const message of queue.splice(0)) port.postMessage(message);
      return true;
    },
    send(message: ShellToPageMessage): void {
      if (port) port.postMessage(message);
      else if (queue.length < MAX_QUEUED) queue.push(message);
    },
  };
}
