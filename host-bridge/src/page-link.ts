import type { Mount, PageContext, PageMessage, ShellToPageMessage } from "@dramac/contracts";

/** What the address of the frame document says: which page, whether its plan was a kept copy, or that there is no page. */
export interface Embedding {
  readonly origin: string;
  readonly kept: boolean;
  /** A plain iframe, pasted where scripts are forbidden: nobody mounts it. */
  readonly bare: boolean;
}

export function readEmbedding(hash: string, ancestors: DOMStringList | undefined, referrer: string): Embedding {
  const parameters = new URLSearchParams(hash.slice(1));
  const bare = parameters.has("bare");
  const seen = ancestors?.[0] ?? (referrer && new URL(referrer).origin);
  return { origin: (bare ? seen : parameters.get("o")) ?? "", kept: parameters.has("k"), bare };
}

/** The shell's end of port A. Before MOUNT nothing is sent; what is said until then arrives in order. */
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
      else queue.push(message);
    },
  };
}
