import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "./clock.ts";
import type { Subscription, MockState } from "./types.ts";

const LIFE_MS = 86_400_000;

/** Signed URLs of a customer's pages, valid for 24 hours. */
export function createLinks(state: MockState, clock: Clock, url: () => string) {
  const signatureOf = (path: string, expires: number) => createHmac("sha256", state.linkSecret).update(`${path}?${expires}`).digest("hex");

  function address(path: string): string {
    const expires = Math.floor((clock.now() + LIFE_MS) / 1_000);
    return `${url()}${path}?expires=${expires}&signature=${signatureOf(path, expires)}`;
  }

  return {
    address,
    of: ({ id, customerId }: Subscription): Record<string, string> => ({
      update_payment_method: address(`/subscription/${id}/payment-details`),
      customer_portal: address(`/billing/${customerId}`),
      customer_portal_update_subscription: address(`/billing/${customerId}/update`),
    }),
    isValid(path: string, expires: string | undefined, signature: string | undefined): boolean {
      const seconds = Number(expires);
      if (!Number.isInteger(seconds) || seconds * 1_000 < clock.now() || signature === undefined) return false;
      const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(path, seconds))];
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}

export type Links = ReturnType<typeof createLinks>;
