import type { Mount, PageContext, PageMessage, ShellToPageMessage } from "@dramac/contracts";

/** What the address of the frame document says: whether the plan was a kept copy, or that there is no page; and which page that is. */
export interface Embedding {
  /** As the loader wrote it, else as the browser tells it. */
  readonly origin: string;
  readonly isCached: boolean;
  /** A plain iframe, pasted where scripts are forbidden: nobody mounts it. */
  readonly bare: boolean;
}

export function readEmbedding(): Embedding {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const { ancestorOrigins } = location as { readonly ancestorOrigins?: DOMStringList };
  const { referrer } = document;
  const origin = parameters.get("o") ?? ancestorOrigins?.[0] ?? (referrer && new URL(referrer).origin);
  return { origin, isCached: parameters.has("k"), bare: parameters.has("bare") };
}

/** What is kept for a page that has not said MOUNT; more is of no use to it. */
const MAX_QUEUED = 50;

/** The shell's end of port A. Before MOUNT nothing is sent; the first that is said until then arrives in order. */
export function createPageLink(origin: string, onMount: (context: PageContext) => void, onMessage: (message: PageMessage) => void) {
  let port: MessagePort | undefined;
  const queue: ShellToPageMessage[] = [];

  return {
    hello: () => parent.postMessage({ type: "SHELL_READY", protocol: [1, 1] }, origin),
    /** Takes the one MOUNT; anything else is left to others. */
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
