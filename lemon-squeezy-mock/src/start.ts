import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { api } from "./api/api.ts";
import { prepareResponse } from "./api/prepare-response.ts";
import { type ApiFault, answerWithFault, faultOf } from "./api-faults.ts";
import type { MockContext } from "./records.ts";
import { type Catalogue, defaultCatalogue } from "./catalogue.ts";
import { createClock } from "./clock.ts";
import { type Control, createControl } from "./control.ts";
import { controlRoutes } from "./control-routes.ts";
import { createScheduler } from "./scheduler.ts";
import { createLinks } from "./links.ts";
import { checkoutPage } from "./pages/checkout.ts";
import { homePage } from "./pages/home.ts";
import { portalPages } from "./pages/portal.ts";
import { createSerializer } from "./serialize.ts";
import type { Mode } from "./types.ts";
import type { WebhookFault } from "./webhook-faults.ts";
import { createWebhooks, type WebhookTarget } from "./webhooks.ts";
import { loadState, createStateSaver } from "./state-file.ts";

export interface LemonSqueezyMockOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Receivers of deliveries. `control.setWebhooks` can set them later. */
  readonly webhooks?: readonly WebhookTarget[];
  /** The moment at which the clock is stopped until it is moved. Without it the clock runs, and can be moved forward. */
  readonly clock?: Date;
  readonly catalogue?: Catalogue;
  readonly apiKeys?: Readonly<Record<Mode, string>>;
  /** Default: 300, like Lemon Squeezy. */
  readonly callsPerMinute?: number;
  /** Called after every API call with the status of the answer. */
  readonly onCall?: (path: string, status: number) => void;
  /** A file that keeps the state and the clock over a restart. */
  readonly file?: string;
}

export interface LemonSqueezyMock {
  /** Without a slash at its end; `/v1` below it is the API. */
  readonly url: string;
  readonly apiKeys: Readonly<Record<Mode, string>>;
  readonly catalogue: Catalogue;
  readonly control: Control;
  /** May be called twice. */
  close(): Promise<void>;
}

const KEYS = { live: "stand-live-key", test: "stand-test-key" };
const HOST = "127.0.0.1";

/** Starts the mock server on the loopback address. */
export async function startLemonSqueezyMock(options: LemonSqueezyMockOptions = {}): Promise<LemonSqueezyMock> {
  const { file, catalogue = defaultCatalogue, apiKeys = KEYS, callsPerMinute: callsPerMinute = 300, onCall = () => undefined } = options;
  const state = loadState(file);
  const clock = createClock(options.clock, state.clockOffsetMs);
  const targets = [...(options.webhooks ?? [])];
  const faults = { api: [] as ApiFault[], webhooks: [] as WebhookFault[] };
  let url = "";
  const urlOf = () => url;
  const links = createLinks(state, clock, urlOf);
  const serialize = createSerializer(state, catalogue, links.of, urlOf);
  const mock: MockContext = { state, clock, catalogue, serialize, webhooks: createWebhooks(state, clock, targets, faults.webhooks) };

  const write = file === undefined ? () => {} : createStateSaver(file, state);
  function save(): void {
    state.clockOffsetMs = clock.offsetMs();
    write();
  }
  const scheduler = createScheduler({ ...mock, onIdle: save });
  const control = createControl(mock, scheduler, faults, targets);
  // Not awaited: the receiver of the delivery may be the caller.
  const onChange = () => void scheduler.runDue();

  const sites = new Hono()
    .route("/", checkoutPage(mock, onChange))
    .route("/", portalPages(mock, links, onChange))
    .route("/", homePage(mock, links, control))
    .route("/", controlRoutes(control));
  const answerSites = getRequestListener(sites.fetch, { overrideGlobalObjects: false });
  const routes = api(mock, { apiKeys, callsPerMinute, url: urlOf, onChange });

  async function listener(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!request.url?.startsWith("/v1/")) return isForeign(request) ? void response.writeHead(403).end("Not from there.") : answerSites(request, response);
    const work = async () => {
      const done = await prepareResponse(routes.fetch, request);
      onCall(request.url ?? "", done.status);
      return done;
    };
    const fault = faultOf(faults.api, request);
    if (fault) return answerWithFault(fault, work, response);
    const { status, headers, body } = await work();
    response.writeHead(status, headers).end(body);
  }

  const server = createServer((request, response) => {
    listener(request, response).catch((error: Error) => (response.headersSent ? response.destroy() : response.writeHead(500).end(error.message)));
  });
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new Error(`Port ${options.port} is in use. Stop what runs there, or set PORT.`) : error);
    server.once("error", refuse).listen(options.port ?? 0, HOST, resolve);
  });
  url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  let closed: Promise<void> | undefined;
  return {
    url,
    apiKeys,
    catalogue,
    control,
    close: () => (closed ??= close()),
  };

  async function close(): Promise<void> {
    const ended = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await Promise.all([scheduler.stop(), ended]);
    save();
  }
}

/** Pages of other sites must not move the clock of a demo. */
function isForeign({ method, headers }: IncomingMessage): boolean {
  return method !== "GET" && headers.origin !== undefined && headers.origin !== `http://${headers.host}`;
}
