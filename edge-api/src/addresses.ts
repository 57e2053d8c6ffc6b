import { installationFromLabel, installationLabel, type InstallationId } from "@dramac/contracts";

/** The public addresses of this deployment, set at run time. Origins without a trailing slash. */
export interface AddressOptions {
  readonly platform: string;
  /** Holds `{installation}` as the first label of its host. */
  readonly frames: string;
  readonly media: string;
}

/** Which of our origins a Host header names. */
export type Destination =
  | { readonly kind: "platform" }
  | { readonly kind: "media" }
  | { readonly kind: "frames"; readonly installation: InstallationId }
  | { readonly kind: "unknown" };

export function createAddresses(options: AddressOptions) {
  const hostOf = (address: string) => address.slice(address.indexOf("://") + 3).replace(/\/$/, "");
  const [before = "", after = ""] = hostOf(options.frames).split("{installation}");
  if (before !== "" || !after.startsWith("."))
    throw new Error("FRAMES_URL needs {installation} as the first label of its host, for example https://{installation}.frames.example.");
  const platformHost = hostOf(options.platform);
  const mediaHost = hostOf(options.media);

  return {
    ...options,
    frameOrigin: (id: InstallationId): string => options.frames.replace("{installation}", installationLabel(id)),
    /** Matches the frames origins of all installations, source for `RegExp`. */
    frameOrigins: `^${options.frames.replace(/[.]/g, "\\.").replace("{installation}", "i[a-z2-7]{26}")}$`,
    destination(host: string): Destination {
      if (host === platformHost) return { kind: "platform" };
      if (host === mediaHost) return { kind: "media" };
      const installation = host.endsWith(after) ? installationFromLabel(host.slice(0, -after.length)) : undefined;
      return installation ? { kind: "frames", installation } : { kind: "unknown" };
    },
  };
}

export type Addresses = ReturnType<typeof createAddresses>;
