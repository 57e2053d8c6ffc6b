import { createHmac } from "node:crypto";

/** Makes deliveries of the size and shape that the provider's have, each of another event. */
export function createDeliveries(storeId: string, secret: string) {
  let count = 0;
  return function nextDelivery(): { body: string; signature: string } {
    const id = ++count;
    const at = new Date(1_767_225_600_000 + id * 1_000).toISOString();
    const urls = Object.fromEntries(
      ["update_payment_method", "customer_portal"].map((name) => [name, `https://dramac.example/${name}/${id}?signature=${"0".repeat(64)}`]),
    );
    const attributes = {
      store_id: Number(storeId),
      customer_id: id,
      order_id: id,
      order_item_id: id,
      product_id: 1,
      variant_id: 1,
      product_name: "Booking",
      variant_name: "Monthly",
      user_name: "A Buyer",
      user_email: `buyer-${id}@example.com`,
      status: "active",
      status_formatted: "Active",
      card_brand: "visa",
      card_last_four: "4242",
      pause: null,
      cancelled: false,
      trial_ends_at: null,
      billing_anchor: 12,
      first_subscription_item: { id, subscription_id: id, price_id: 1, quantity: 1, is_usage_based: false, created_at: at, updated_at: at },
      urls,
      renews_at: at,
      ends_at: null,
      created_at: at,
      updated_at: at,
      test_mode: true,
    };
    const meta = {
      test_mode: true,
      event_name: "subscription_updated",
      webhook_id: `w-${id}`,
      custom_data: { checkout_intent_id: `ci_${String(id).padStart(22, "0")}` },
    };
    const body = JSON.stringify({ meta, data: { type: "subscriptions", id: String(id), attributes, relationships: {}, links: {} } });
    return { body, signature: createHmac("sha256", secret).update(body).digest("hex") };
  };
}
