import { isListedOrigin } from "@dramac/contracts/origins";
import type { Mount, PageContext, PageMessage, ShellConfiguration, ShellToPageMessage } from "@dramac/contracts";

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

export const isAllowed = (embedding: Embedding, configuration: ShellConfiguration): boolean => isListedOrigin(embedding.origin, configuration.origins);

/** The shell's end of port A. Before MOUNT nothing is sent; what is said until then arrives in order. */
export function createPageLink(origin: string, on: { mount(context: PageContext): void; message(message: PageMessage): void }) {
  let port: MessagePort | undefined;
  const queue: (readonly [ShellToPageMessage, Transferable[]])[] = [];

  return {
    hello: () => parent.postMessage({ type: "SHELL_READY", protocol: [1, 1] }, origin),
    /** Takes the one MOUNT; anything else is left to others. */
    offer(event: MessageEvent): boolean {
      const mount = event.data as Partial<Mount> | null;
      if (event.source !== parent || event.origin !== origin || mount?.type !== "MOUNT") return false;
      if (port || event.ports.length !== 1 || !mount.context) return true;
      port = event.ports[0] as MessagePort;
      port.onmessage = ({ data }) => on.message(data as PageMessage);
      on.mount(mount.context);
      for (const [message, transfer] of queue.splice(0)) port.postMessage(message, transfer);
      return true;
    },
    send(message: ShellToPageMessage, transfer: Transferable[] = []): void {
      if (port) port.postMessage(message, transfer);
      else queue.push([message, transfer]);
    },
    close: () => port?.close(),
  };
}
