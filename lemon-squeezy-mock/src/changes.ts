import { z } from "zod";
import { type MockContext, announceChange, variantOf } from "./records.ts";
import { unpause } from "./lifecycle.ts";
import { ApiError } from "./api-error.ts";
import type { Subscription } from "./types.ts";

const MomentSchema = z.iso.datetime({ offset: true }).transform((text) => Math.floor(Date.parse(text) / 1_000) * 1_000);
const ChangeSchema = z.object({
  variant_id: z.number().int().optional(),
  pause: z.object({ mode: z.enum(["void", "free"]), resumes_at: MomentSchema.nullish() }).nullish(),
  cancelled: z.boolean().optional(),
  trial_ends_at: MomentSchema.nullish(),
  billing_anchor: z.number().int().min(0).max(31).nullish(),
  invoice_immediately: z.boolean().optional(),
  disable_prorations: z.boolean().optional(),
});

/** Applies a PATCH to a subscription. @throws ApiError */
export function update(mock: MockContext, row: Subscription, attributes: unknown): void {
  const result = ChangeSchema.safeParse(attributes);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ApiError(422, issue?.message ?? "The attributes are not valid.", `/data/attributes/${issue?.path.join("/") ?? ""}`);
  }
  if (row.card === "paypal") throw new ApiError(422, "Subscriptions paid with PayPal cannot be updated through the API.");
  if (row.status === "expired") throw new ApiError(422, "An expired subscription cannot be updated.");
  const { variant_id, pause, cancelled, trial_ends_at, billing_anchor } = result.data;
  if (variant_id !== undefined) changeVariant(mock, row, variant_id);
  if (cancelled === true) cancel(mock, row);
  if (cancelled === false) resume(mock, row);
  if (pause) pauseWith(mock, row, pause.mode, pause.resumes_at ?? null);
  if (pause === null && row.status === "paused") unpause(mock, row);
  if (trial_ends_at !== undefined) moveTrial(mock, row, trial_ends_at);
  if (billing_anchor !== undefined) moveAnchor(mock, row, billing_anchor);
}

/** Cancels at the end of the period. Cancelling twice changes nothing. */
export function cancel(mock: MockContext, row: Subscription): void {
  if (row.status === "expired") throw new ApiError(422, "An expired subscription cannot be cancelled.");
  if (row.endsAt !== null) return;
  row.status = "cancelled";
  row.endsAt = row.renewsAt;
  announceChange(mock, row, "subscription_cancelled");
}

export function resume(mock: MockContext, row: Subscription): void {
  if (row.endsAt === null) return;
  row.endsAt = null;
  row.status = row.dunning ? "past_due" : (row.trialEndsAt ?? 0) > mock.clock.now() ? "on_trial" : row.pause ? "paused" : "active";
  announceChange(mock, row, "subscription_resumed");
}

function pauseWith(mock: MockContext, row: Subscription, mode: "void" | "free", resumesAt: number | null): void {
  if (row.endsAt !== null) throw new ApiError(422, "A cancelled subscription cannot be paused.");
  row.status = "paused";
  row.pause = { mode, resumesAt };
  announceChange(mock, row, "subscription_paused");
}

/** Sets the variant and its price: a custom price is lost. With another product the name from the checkout is lost too. */
function changeVariant(mock: MockContext, row: Subscription, variantId: number): void {
  const variant = mock.catalogue.variants.find(({ id, mode, storeId }) => id === variantId && mode === row.mode && storeId === row.storeId);
  if (variant?.interval === null) throw new ApiError(422, "A subscription cannot change to a variant that is paid once.", "/data/attributes/variant_id");
  if (!variant) throw new ApiError(422, "The variant does not exist in this store and mode.", "/data/attributes/variant_id");
  const before = variantOf(mock, row.variantId);
  row.variantId = variant.id;
  row.price = variant.price;
  if (variant.productId !== before.productId) row.productName = variant.productName;
  announceChange(mock, row, "subscription_plan_changed");
}

function moveTrial(mock: MockContext, row: Subscription, trialEndsAt: number | null): void {
  if (row.endsAt !== null) throw new ApiError(422, "A cancelled subscription has no trial to move.");
  row.trialEndsAt = trialEndsAt;
  const isTrial = trialEndsAt !== null && trialEndsAt > mock.clock.now();
  row.status = isTrial ? "on_trial" : "active";
  row.renewsAt = isTrial ? trialEndsAt : Math.max(row.renewsAt, mock.clock.second());
  announceChange(mock, row);
}

/** Moves the renewal to the next such day of a month. 0 or null means today, and ends a trial. */
function moveAnchor(mock: MockContext, row: Subscription, day: number | null): void {
  const now = new Date(mock.clock.second());
  const anchor = day || now.getUTCDate();
  const candidates = [0, 1].map((months) => {
    const lastDay = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months + 1, 0)).getUTCDate();
    return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, Math.min(anchor, lastDay), now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds());
  });
  row.billingAnchor = anchor;
  row.renewsAt = candidates.find((at) => at > now.getTime()) ?? row.renewsAt;
  if (!day) {
    row.trialEndsAt = null;
    if (row.status === "on_trial") row.status = "active";
  }
  announceChange(mock, row);
}
