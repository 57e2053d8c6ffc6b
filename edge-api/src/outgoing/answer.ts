import type { ConnectResponse } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import type { Exchanged } from "./exchange.ts";
import { headersToRead } from "./headers.ts";
import type { SecretHeader } from "./installation-secrets.ts";

const HIDDEN = "[secret]";

/** The part of another host's response that a module may read: JSON or text, without secrets. @throws ApiError `upstream_failed` */
export function presentAnswer({ status, headers, bytes }: Exchanged, host: string, secrets: readonly SecretHeader[]): ConnectResponse {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw new ApiError("upstream_failed", `${host} answered in ${encoding}, which was not requested.`);
  const shown = hide(headersToRead(headers), secrets) as Record<string, string>;
  if (!bytes.length) return { status, headers: shown, data: null };
  const type = (headers["content-type"] ?? "text/plain").split(";")[0]?.trim().toLowerCase() ?? "";
  const isJson = type === "application/json" || type.endsWith("+json");
  if (!isJson && !type.startsWith("text/") && type !== "application/xml") {
    throw new ApiError("upstream_failed", `${host} answered with ${type.slice(0, 80)}; only JSON and text are passed on.`);
  }
  const text = bytes.toString("utf8");
  return { status, headers: shown, data: hide(isJson ? parseJson(text, host) : text, secrets) };
}

function parseJson(text: string, host: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => (key === "__proto__" ? undefined : value));
  } catch {
    throw new ApiError("upstream_failed", `${host} declared JSON but sent something else.`);
  }
}

/** Replaces secrets in all texts and keys: a host may echo the request, and the module must not learn the secret. */
function hide(value: unknown, secrets: readonly SecretHeader[]): unknown {
  if (!secrets.length) return value;
  if (typeof value === "string") return secrets.reduce((text, { secret }) => text.replaceAll(secret, HIDDEN), value);
  if (Array.isArray(value)) return value.map((item) => hide(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [hide(key, secrets), hide(inner, secrets)]));
}
