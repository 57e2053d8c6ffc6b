import type { Addresses } from "../addresses.ts";

/**
 * Recognises the hosts of this deployment: its own addresses, and the machines that it uses. Public names may point to them, and
 * they may give callers inside the network more than callers outside.
 */
export function createOwnHosts({ platform, frames, media }: Pick<Addresses, "platform" | "frames" | "media">, urls: readonly (string | undefined)[] = []) {
  const used = urls.flatMap((url) => (url !== undefined && URL.canParse(url) ? [new URL(url).hostname] : []));
  const own = new Set([new URL(platform).hostname, new URL(media).hostname, ...used]);
  const { hostname: shared } = new URL(frames.replace("{installation}.", ""));
  return (host: string): boolean => own.has(host) || host === shared || host.endsWith(`.${shared}`);
}

export type IsOwnHost = ReturnType<typeof createOwnHosts>;
