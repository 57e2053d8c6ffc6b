/** What a frame document knows about its host page from its own address. */
export interface Embedding {
  /** Origin of the host page: from the loader, or else from the browser. Empty when neither tells it. */
  readonly origin: string;
  /** Whether the host page used a cached plan, which may be outdated. */
  readonly isCached: boolean;
  /** Whether the frame is a plain iframe on a page without our scripts. No one sends MOUNT to it. */
  readonly isPlain: boolean;
}

/**
 * Firefox has no `location.ancestorOrigins`; the referrer takes its place.
 * https://bugzilla.mozilla.org/show_bug.cgi?id=1085214
 */
export function readEmbedding(): Embedding {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const { ancestorOrigins } = location as { readonly ancestorOrigins?: DOMStringList };
  const { referrer } = document;
  const origin = parameters.get("o") ?? ancestorOrigins?.[0] ?? (referrer && new URL(referrer).origin);
  return { origin, isCached: parameters.has("k"), isPlain: parameters.has("bare") };
}
