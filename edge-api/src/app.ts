import type { Addresses } from "./addresses.ts";
import { createServices, type ServiceOptions, type Services } from "./create-services.ts";
import { createClientInfo } from "./http/client-info.ts";
import { errorResponse } from "./http/error-response.ts";
import { INERT_HEADERS } from "./http/frame-headers.ts";
import type { MANAGEMENT_RATES } from "./management/router.ts";
import { createPlatformRoutes } from "./platform-routes.ts";
import { frameRoutes } from "./routes/frames.ts";
import { mediaHost } from "./routes/media.ts";
import { createPlanAnswer } from "./routes/plan-answer.ts";
import { createWebhooks } from "./routes/webhooks.ts";

export interface AppOptions extends ServiceOptions {
  /** How many proxies in front of this node are trusted to name the client's address. */
  readonly trustedProxies?: number;
  readonly managementRates?: typeof MANAGEMENT_RATES | undefined;
}

/** Composes the API. The Host header selects what answers; every error is problem+json. */
export async function createApp(options: AppOptions) {
  const { addresses, trustedProxies = 0 } = options;
  const services = await createServices(options);
  const { clientInfoOf, clientInfoOfRequest } = createClientInfo(trustedProxies);
  const webhooks = createWebhooks({ receiver: services.billing.receiver, addresses, clientInfoOf, clientInfoOfRequest });
  const frames = frameRoutes({ ...services, addresses });
  let isDraining = false;
  const platform = createPlatformRoutes(services, { ...options, clientInfoOf, webhooks, isDraining: () => isDraining });

  return {
    fetch: createHostRouter({ addresses, services, frames, platform }),
    /** Methods and paths of the platform's origin, as the router holds them. */
    routes: platform.routes.map(({ method, path }) => ({ method, path })),
    answerPlan: createPlanAnswer(services.plans, addresses),
    answerDelivery: webhooks.answer,
    /** Answers requests whose URL cannot be parsed, exactly like unknown addresses. */
    refuse: frames.notFound,
    plans: services.plans,
    usage: services.usage,
    billing: services.billing,
    /** Turns unready at once, then stops the services. */
    async close(): Promise<void> {
      isDraining = true;
      await services.stop();
    },
    drain: () => {
      isDraining = true;
    },
  };
}

interface Hosts {
  readonly addresses: Addresses;
  readonly services: Pick<Services, "media">;
  readonly frames: ReturnType<typeof frameRoutes>;
  readonly platform: ReturnType<typeof createPlatformRoutes>;
}

/** Routes a request by its Host header: to the platform, a frames host or the media host. */
function createHostRouter({ addresses, services, frames, platform }: Hosts) {
  const answerMedia = mediaHost(services.media, frames.notFound);

  return async function route(request: Request, env?: unknown): Promise<Response> {
    const url = new URL(request.url);
    const destination = addresses.destination(request.headers.get("host") ?? url.host);
    if (destination.kind === "frames" || destination.kind === "media") {
      // The path as it was sent: URL parsing would resolve dot segments first.
      const raw = (env as { incoming?: { url?: string } } | undefined)?.incoming?.url ?? request.url;
      const answer = destination.kind === "media" ? answerMedia(request.method, raw) : frames.answer(destination.installation, request.method, raw);
      return Promise.resolve(answer).catch((error: unknown) => inertError(request, error));
    }
    if (destination.kind === "unknown" && !["/livez", "/readyz"].includes(url.pathname)) return frames.notFound();
    return platform.fetch(request, env as never);
  };
}

/** An error on a host that serves other people's files: opened as a page, it runs nothing. */
function inertError(request: Request, error: unknown): Response {
  const response = errorResponse(request, error);
  for (const [name, value] of Object.entries(INERT_HEADERS)) response.headers.set(name, value);
  return response;
}

export type App = Awaited<ReturnType<typeof createApp>>;
