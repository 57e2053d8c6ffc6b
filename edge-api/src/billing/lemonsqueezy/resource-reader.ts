import { z } from "zod";
import { type BillingMode, BillingRefused, BillingUnavailable, type Walk } from "../provider.ts";
import type { LemonSqueezyClient } from "./client.ts";
import type { SdkCall } from "./sdk-call.ts";

const PAGE_SIZE = 100;

const OneSchema = z.object({ data: z.unknown() });
const PageSchema = z.object({ data: z.array(z.unknown()), meta: z.object({ page: z.object({ lastPage: z.number().int() }) }) });

interface StoreResource {
  readonly storeId: string;
  readonly mode: BillingMode;
}

/** Reads single resources and lists of one store. Resources of other stores are treated as missing. */
export function createResourceReader(call: LemonSqueezyClient, storeId: string) {
  /** @throws BillingUnavailable for an answer of another shape, BillingRefused for a resource of the other mode */
  function read<Resource extends StoreResource>(body: unknown, mode: BillingMode, parse: (value: unknown) => Resource): Resource {
    const { data } = parseOrUnavailable(() => OneSchema.parse(body));
    return requireMode(
      parseOrUnavailable(() => parse(data)),
      mode,
    );
  }

  /** A key of the other mode, configured by mistake, would let test money pay for live subscriptions. */
  function requireMode<Resource extends StoreResource>(resource: Resource, mode: BillingMode): Resource {
    if (resource.mode !== mode) throw new BillingRefused(`The key for ${mode} mode leads to ${resource.mode} mode: check the configuration.`);
    return resource;
  }

  /** @returns `undefined` for a resource that does not exist or belongs to another store */
  async function readOne<Resource extends StoreResource>(id: string, mode: BillingMode, sdkCall: SdkCall, parse: (value: unknown) => Resource) {
    // Other characters could lead to another path of the API.
    if (!/^\d{1,20}$/.test(id)) return undefined;
    const { status, body } = await call(mode, sdkCall);
    if (status === 404) return undefined;
    const resource = read(body, mode, parse);
    return resource.storeId === storeId ? resource : undefined;
  }

  async function* walk<Resource extends StoreResource>(
    mode: BillingMode,
    sdkCall: (page: { number: number; size: number }) => ReturnType<SdkCall>,
    parse: (value: unknown) => Resource,
    isBackground = true,
  ): Walk<Resource> {
    for (let number = 1, last = 1; number <= last; number++) {
      const { status, body } = await call(mode, () => sdkCall({ number, size: PAGE_SIZE }), { isBackground });
      if (status === 404) return;
      const { data, meta } = parseOrUnavailable(() => PageSchema.parse(body));
      last = meta.page.lastPage;
      for (const value of data) {
        const resource = requireMode(
          parseOrUnavailable(() => parse(value)),
          mode,
        );
        if (resource.storeId === storeId) yield resource;
      }
    }
  }

  return { read, readOne, walk };
}

function parseOrUnavailable<Value>(parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    const where = error instanceof z.ZodError ? error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join(", ") : String(error);
    throw new BillingUnavailable(`The answer of Lemon Squeezy has an unexpected shape: ${where}`);
  }
}
