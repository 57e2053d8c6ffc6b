/** Joins directives to one policy. @throws Error for a source that would begin another directive */
function policy(directives: Readonly<Record<string, readonly string[]>>): string {
  const parts = Object.entries(directives).map(([name, sources]) => {
    for (const source of sources) if (/[\s;,]/.test(source)) throw new Error(`A policy source must not contain white space or separators: ${source}`);
    return [name, ...sources].join(" ");
  });
  return parts.join("; ");
}

export interface FramePolicyParts {
  readonly platform: string;
  readonly media: string;
  /** `<frames origin>/p/<package hash>/` */
  readonly packageUrl: string;
  readonly shellHash: string;
  readonly entryHash: string;
  /** The surface's origins and preview origins, each an origin or a one-label wildcard. */
  readonly ancestors: readonly string[];
}

const PERMISSIONS_OFF = [
  "accelerometer",
  "autoplay",
  "browsing-topics",
  "camera",
  "clipboard-read",
  "clipboard-write",
  "compute-pressure",
  "display-capture",
  "encrypted-media",
  "fullscreen",
  "gamepad",
  "geolocation",
  "gyroscope",
  "hid",
  "identity-credentials-get",
  "idle-detection",
  "keyboard-map",
  "local-fonts",
  "magnetometer",
  "microphone",
  "midi",
  "otp-credentials",
  "payment",
  "picture-in-picture",
  "publickey-credentials-create",
  "publickey-credentials-get",
  "screen-wake-lock",
  "serial",
  "storage-access",
  "sync-xhr",
  "unload",
  "usb",
  "window-management",
  "xr-spatial-tracking",
]
  .map((feature) => `${feature}=()`)
  .join(", ");

/** Headers of a frame document. The module's srcdoc inherits the policy. */
export function frameDocumentHeaders(parts: FramePolicyParts): Record<string, string> {
  const { platform, media, packageUrl, shellHash, entryHash, ancestors } = parts;
  const { origin } = new URL(packageUrl);
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy({
      "default-src": ["'none'"],
      "script-src": [`'${shellHash}'`, `'${entryHash}'`, packageUrl],
      "style-src": ["'unsafe-inline'", packageUrl],
      "img-src": [packageUrl, media, "data:", "blob:"],
      "font-src": [packageUrl],
      "media-src": [packageUrl, media],
      "connect-src": [platform, media],
      "frame-src": ["'none'"],
      "worker-src": ["'none'"],
      "object-src": ["'none'"],
      "base-uri": [packageUrl],
      "form-action": ["'none'"],
      "frame-ancestors": ancestors.length ? ancestors : ["'none'"],
      sandbox: ["allow-scripts", "allow-same-origin", "allow-forms"],
    }),
    "connection-allowlist": `(response-origin "${platform}/*" "${origin}/*" "${media}/*")`,
    "permissions-policy": PERMISSIONS_OFF,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "cross-origin",
    "cross-origin-embedder-policy": "require-corp",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

/** The policy in the first element of the module's own document; it denies the module the network. */
export function modulePolicy({ media, packageUrl, entryHash }: FramePolicyParts): string {
  return policy({
    "default-src": ["'none'"],
    "script-src": [`'${entryHash}'`, packageUrl],
    "style-src": ["'unsafe-inline'", packageUrl],
    "img-src": [packageUrl, media, "data:", "blob:"],
    "font-src": [packageUrl],
    "media-src": [packageUrl, media],
    "connect-src": ["'none'"],
    "base-uri": [packageUrl],
    "form-action": ["'none'"],
  });
}

/** Headers of a page to print: an opaque origin that runs our script only, without network, forms, frames or an opener. */
export function printDocumentHeaders(media: string, scriptHash: string): Record<string, string> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy({
      "default-src": ["'none'"],
      "script-src": [`'${scriptHash}'`],
      "style-src": ["'unsafe-inline'"],
      "img-src": [media, "data:"],
      "base-uri": ["'none'"],
      "form-action": ["'none'"],
      "frame-ancestors": ["'none'"],
      // The print dialog is a modal.
      sandbox: ["allow-scripts", "allow-modals"],
    }),
    "permissions-policy": PERMISSIONS_OFF,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
  };
}

/** Headers of package files and of every error on a frames host: opened directly, they have an opaque origin and run nothing. */
export const INERT_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "sandbox; default-src 'none'",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "cross-origin",
  "access-control-allow-origin": "*",
  "referrer-policy": "no-referrer",
};

/** Headers of scripts that run on the host page. A page with COEP would block them without these. */
export const SCRIPT_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/javascript; charset=utf-8",
  "access-control-allow-origin": "*",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
};
