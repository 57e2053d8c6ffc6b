import { installationFromLabel, installationLabel, type InstallationId } from "@dramac/contracts";

/** The public addresses of this deployment, set at run time. Origins without a trailing slash. */
export interface AddressOptions {
  readonly platform: string;
  /** Holds `{installation}` as the first label of its host. */
  readonly frames: string;
  readonly media: string;
}

/** The origin of ours that a Host header names. */
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

  function destination(host: string): Destination {
    if (host === platformHost) return { kind: "platform" };
    if (host === mediaHost) return { kind: "media" };
    const installation = host.endsWith(after) ? installationFromLabel(host.slice(0, -after.length)) : undefined;
    return installation ? { kind: "frames", installation } : { kind: "unknown" };
  }

  return {
    ...options,
    frameOrigin: (id: InstallationId): string => options.frames.replace("{installation}", installationLabel(id)),
    /** Source of a `RegExp` that matches the frames origins of all installations. */
    frameOrigins: `^${options.frames.replace(/[.]/g, "\\.").replace("{installation}", "i[a-z2-7]{26}")}$`,
    destination,
    /** The installation whose frames origin an Origin header names, if it names one. */
    frameOf(origin: string | undefined): InstallationId | undefined {
      if (!origin || !URL.canParse(origin)) return undefined;
      const found = destination(new URL(origin).host);
      return found.kind === "frames" ? found.installation : undefined;
    },
  };
}

export type Addresses = ReturnType<typeof createAddresses>;
