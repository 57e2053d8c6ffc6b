import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { MockContext } from "../records.ts";
import { ApiError } from "../api-error.ts";
import type { Checkout, Mode } from "../types.ts";

const Id = z.string().regex(/^\d+$/);
const linkTo = <Type extends string>(type: Type) => z.object({ data: z.object({ type: z.literal(type), id: Id }) });

const CheckoutSchema = z.object({
  data: z.object({
    type: z.literal("checkouts"),
    attributes: z.object({
      custom_price: z.number().int().positive().nullish(),
      product_options: z
        .looseObject({ name: z.string().min(1).optional(), redirect_url: z.url().optional(), enabled_variants: z.array(z.number().int()).optional() })
        .default({}),
      checkout_options: z.looseObject({}).default({}),
      checkout_data: z
        .looseObject({
          email: z.email().nullish(),
          name: z.string().nullish(),
          custom: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
          variant_quantities: z.array(z.object({ variant_id: z.number().int(), quantity: z.number().int().min(1) })).optional(),
        })
        .default({}),
      expires_at: z.iso.datetime({ offset: true }).nullish(),
      preview: z.boolean().optional(),
      test_mode: z.boolean().optional(),
    }),
    relationships: z.object({ store: linkTo("stores"), variant: linkTo("variants") }),
  }),
});

/** Creates a checkout. @throws ApiError */
export function createCheckout({ state, clock, catalogue }: MockContext, mode: Mode, body: unknown): Checkout {
  const result = CheckoutSchema.safeParse(body);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ApiError(422, issue?.message ?? "The request is not valid.", `/${issue?.path.join("/") ?? ""}`);
  }
  const { attributes, relationships } = result.data.data;
  if (attributes.test_mode !== undefined && attributes.test_mode !== (mode === "test")) {
    throw new ApiError(422, "The key is of the other mode.", "/data/attributes/test_mode");
  }
  const storeId = Number(relationships.store.data.id);
  if (!catalogue.stores.some(({ id }) => id === storeId)) throw new ApiError(404, "The related store does not exist.", "/data/relationships/store");
  const variant = catalogue.variants.find(({ id }) => id === Number(relationships.variant.data.id));
  if (variant?.storeId !== storeId || variant.mode !== mode) throw new ApiError(404, "The related variant does not exist.", "/data/relationships/variant");

  const at = clock.second();
  const checkout: Checkout = {
    id: randomUUID(),
    storeId,
    mode,
    createdAt: at,
    updatedAt: at,
    variantId: variant.id,
    customPrice: attributes.custom_price ?? null,
    // Fields that are undefined are removed: the state file could not store them.
    ...(JSON.parse(JSON.stringify({ productOptions: attributes.product_options, checkoutOptions: attributes.checkout_options })) as Pick<
      Checkout,
      "productOptions" | "checkoutOptions"
    >),
    checkoutData: JSON.parse(JSON.stringify(attributes.checkout_data)) as Checkout["checkoutData"],
    expiresAt: attributes.expires_at ? Date.parse(attributes.expires_at) : null,
  };
  state.checkouts.push(checkout);
  return checkout;
}
