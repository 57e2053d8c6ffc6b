import type { Addresses } from "../addresses.ts";

/**
 * Tells hosts of this deployment from others: its own addresses, and those of the machines it uses. A public name may well
 * lead to them, and from inside they may answer what they answer nobody else.
 */
export function createOwnHosts({ platform, frames, media }: Pick<Addresses, "platform" | "frames" | "media">, urls: readonly (string | undefined)[] = []) {
  const used = urls.flatMap((url) => (url !== undefined && URL.canParse(url) ? [new URL(url).hostname] : []));
  const own = new Set([new URL(platform).hostname, new URL(media).hostname, ...used]);
  const { hostname: shared } = new URL(frames.replace("{installation}.", ""));
  return (host: string): boolean => own.has(host) || host === shared || host.endsWith(`.${shared}`);
}

export type IsOwnHost = ReturnType<typeof createOwnHosts>;
