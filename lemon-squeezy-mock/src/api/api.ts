import { type Context, Hono } from "hono";
import type { MockContext } from "../records.ts";
import { cancel, update } from "../changes.ts";
import { ApiError } from "../api-error.ts";
import { refundInvoice, refundOrder } from "../refunds.ts";
import type { Mode } from "../types.ts";
import { find } from "../state-file.ts";
import { createCheckout } from "./checkouts.ts";
import { type ApiEnvironment, checkRequest } from "./request-checks.ts";
import { matches, listPage } from "./list-page.ts";

export interface ApiOptions {
  readonly apiKeys: Readonly<Record<Mode, string>>;
  readonly callsPerMinute: number;
  readonly url: () => string;
  /** Called after a change that sends deliveries. */
  readonly onChange: () => void;
}

type ApiContext = Context<ApiEnvironment>;

/** The `/v1` API of Lemon Squeezy, as far as payments and access depend on it. */
export function api(mock: MockContext, { apiKeys, callsPerMinute, url, onChange }: ApiOptions): Hono<ApiEnvironment> {
  const { state, catalogue, serialize, clock } = mock;

  function reply(context: ApiContext, body: object, status: 200 | 201 = 200) {
    context.header("content-type", "application/vnd.api+json");
    return context.body(JSON.stringify({ jsonapi: { version: "1.0" }, ...body }), status);
  }
  function rowOf<Row extends { readonly id: number; readonly mode: Mode }>(context: ApiContext, rows: readonly Row[]): Row {
    const row = find(rows, context.req.param("id") ?? "", context.get("mode"));
    if (!row) throw new ApiError(404, "The requested resource was not found.");
    return row;
  }
  const ofMode = <Row extends { readonly mode: Mode }>(context: ApiContext, rows: readonly Row[]) => rows.filter(({ mode }) => mode === context.get("mode"));
  const attributesOf = async (context: ApiContext) => {
    const body = (await context.req.json().catch(() => undefined)) as { data?: { attributes?: unknown } } | undefined;
    return body?.data?.attributes ?? {};
  };
  const amountOf = async (context: ApiContext) => ((await attributesOf(context)) as { amount?: number }).amount;
  const emailOf = (id: number) => find(state.customers, id)?.email;

  const routes = new Hono<ApiEnvironment>().basePath("/v1");
  routes.use(checkRequest(apiKeys, callsPerMinute, clock));
  routes.use(async (context, next) => {
    await next();
    if (context.req.method !== "GET") onChange();
  });

  routes.get("/users/me", (context) => {
    const attributes = { name: "Mock", email: "mock@example.com" };
    return reply(context, { meta: { test_mode: context.get("mode") === "test" }, data: { type: "users", id: "1", attributes } });
  });
  routes.post("/checkouts", async (context) => {
    const checkout = createCheckout(mock, context.get("mode"), await context.req.json().catch(() => undefined));
    return reply(context, { data: serialize.checkout(checkout, `${url()}/checkout/${checkout.id}`) }, 201);
  });

  routes.get("/subscriptions", (context) => {
    const query = context.req.query();
    const rows = ofMode(context, state.subscriptions).filter((row) => {
      const { productId } = catalogue.variants.find(({ id }) => id === row.variantId) ?? {};
      const ids = { store_id: row.storeId, order_id: row.orderId, order_item_id: row.orderItemId, product_id: productId, variant_id: row.variantId };
      return matches(query, { ...ids, user_email: emailOf(row.customerId), status: row.status });
    });
    return reply(context, listPage(rows, query, serialize.subscription));
  });
  routes.get("/subscriptions/:id", (context) => reply(context, { data: serialize.subscription(rowOf(context, state.subscriptions)) }));
  routes.patch("/subscriptions/:id", async (context) => {
    const row = rowOf(context, state.subscriptions);
    update(mock, row, await attributesOf(context));
    return reply(context, { data: serialize.subscription(row) });
  });
  routes.delete("/subscriptions/:id", (context) => {
    const row = rowOf(context, state.subscriptions);
    cancel(mock, row);
    return reply(context, { data: serialize.subscription(row) });
  });

  routes.get("/orders", (context) => {
    const query = context.req.query();
    const rows = ofMode(context, state.orders).filter((row) => matches(query, { store_id: row.storeId, user_email: emailOf(row.customerId) }));
    return reply(context, listPage(rows, query, serialize.order));
  });
  routes.get("/orders/:id", (context) => reply(context, { data: serialize.order(rowOf(context, state.orders)) }));
  routes.post("/orders/:id/refund", async (context) => {
    const row = rowOf(context, state.orders);
    refundOrder(mock, row, await amountOf(context));
    return reply(context, { data: serialize.order(row) });
  });

  routes.get("/subscription-invoices", (context) => {
    const query = context.req.query();
    const rows = ofMode(context, state.invoices).filter((row) => {
      const isRefunded = row.refundedAmount > 0 && row.refundedAmount >= row.total;
      return matches(query, { store_id: row.storeId, subscription_id: row.subscriptionId, status: row.status, refunded: isRefunded });
    });
    return reply(context, listPage(rows, query, serialize.invoice));
  });
  routes.get("/subscription-invoices/:id", (context) => reply(context, { data: serialize.invoice(rowOf(context, state.invoices)) }));
  routes.post("/subscription-invoices/:id/refund", async (context) => {
    const row = rowOf(context, state.invoices);
    refundInvoice(mock, row, await amountOf(context));
    return reply(context, { data: serialize.invoice(row) });
  });

  routes.get("/variants", (context) => {
    const query = context.req.query();
    const rows = ofMode(context, catalogue.variants).filter((row) => matches(query, { product_id: row.productId }));
    return reply(context, listPage(rows, query, serialize.variant));
  });
  routes.get("/variants/:id", (context) => reply(context, { data: serialize.variant(rowOf(context, catalogue.variants)) }));
  routes.get("/products", (context) => {
    const query = context.req.query();
    const firsts = ofMode(context, catalogue.variants).filter((row, index, all) => all.findIndex(({ productId }) => productId === row.productId) === index);
    const rows = firsts.filter((row) => matches(query, { store_id: row.storeId }));
    return reply(context, listPage(rows, query, serialize.product));
  });
  routes.get("/products/:id", (context) => {
    const row = ofMode(context, catalogue.variants).find(({ productId }) => String(productId) === context.req.param("id"));
    if (!row) throw new ApiError(404, "The requested resource was not found.");
    return reply(context, { data: serialize.product(row) });
  });
  routes.get("/stores", (context) =>
    reply(
      context,
      listPage(catalogue.stores, context.req.query(), ({ id }) => serialize.store(id)),
    ),
  );
  routes.get("/stores/:id", (context) => {
    const store = serialize.store(Number(context.req.param("id")));
    if (!store) throw new ApiError(404, "The requested resource was not found.");
    return reply(context, { data: store });
  });

  routes.notFound((context) => refuse(context, new ApiError(404, "There is no such route.")));
  routes.onError((error, context) => {
    if (error instanceof ApiError) return refuse(context, error);
    throw error;
  });
  return routes;
}

function refuse(context: Context, { status, message, pointer }: ApiError) {
  context.header("content-type", "application/vnd.api+json");
  const error = { status: String(status), detail: message, ...(pointer !== undefined && { source: { pointer } }) };
  return context.body(JSON.stringify({ jsonapi: { version: "1.0" }, errors: [error] }), status);
}
