import type { ErrorCode, PageContext, PageMessage, SessionResponse, ShellConfiguration } from "@dramac/contracts";
import { createBroker } from "./broker.ts";
import { readEmbedding } from "./embedding.ts";
import { createHandshake } from "./handshake.ts";
import { moduleContext } from "./init-message.ts";
import { createApiHandlers, createPageHandlers, type Handlers, type Incoming } from "./message-handlers.ts";
import { createModuleFrame } from "./module-frame.ts";
import { createModuleLink } from "./module-link.ts";
import { createPageLink } from "./page-link.ts";
import type { RequestError } from "./request.ts";
import { createSession } from "./session.ts";
import type { ShellContext } from "./shell-context.ts";
import { createSizeGovernor } from "./size-governor.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createUnexpectedMessageLimiter } from "./unexpected-message-limiter.ts";
import { createUsage } from "./usage.ts";
import { createVisitor } from "./visitor.ts";

/**
 * Runs the shell of one frame document: mounts the module's frame, brokers between the module, the page and the API,
 * and removes the module at the first fatal error.
 */
export function startShell(configuration: ShellConfiguration & Pick<ShellContext, "transport">): void {
  if (parent === self) return;
  const controller = new AbortController();
  const { signal } = controller;
  const context: ShellContext = { ...configuration, ...readEmbedding(), signal };
  const { init, origin, isPlain } = context;
  const { limits, settings } = init;
  let { permissions } = init;
  let isReady = false;
  let isLeaving = false;
  let frame: Window | undefined;

  const pageLink = createPageLink(origin, onMount, onPageMessage);
  const usage = createUsage(context);
  const visitor = createVisitor(isPlain ? undefined : pageLink.send);
  const session = createSession(context, visitor, onSession, (message) => stop("disabled", "gone", message));
  const moduleLink = createModuleLink(
    context,
    (protocol) => handshake.hello(protocol),
    (message) => (handlers as unknown as Record<string, ((message: Incoming) => void) | undefined>)[message.type]?.(message),
    fail,
  );
  const { send } = moduleLink;
  const handshake = createHandshake(context, send, () => fail("unresponsive"));
  const broker = createBroker(context, session, moduleLink, (permission) => permissions.includes(permission));
  const subscriptions = createSubscriptions(session, send, signal);
  const sizes = createSizeGovernor(
    limits,
    ({ height, width }) => pageLink.send({ type: "SIZE", height, width }),
    () => usage.report("resize_loop"),
  );
  const handlers = {
    // Without a prototype, a message type such as `constructor` finds no handler.
    __proto__: null,
    ...createApiHandlers(broker, subscriptions),
    ...createPageHandlers(context, moduleLink, broker, pageLink.send),
    READY(size) {
      if (isReady) return;
      isReady = true;
      sizes.want(size);
      pageLink.send({ type: "STATE", state: "ready", settings });
      usage.add({ type: "load", loadTimeMs: Math.round(performance.now()) });
    },
    RESIZE: sizes.want,
    MODULE_ERROR({ message, stack }) {
      usage.report("module_error", message, stack);
      if (!isReady) stop("failed", "module_error", message);
    },
    TRACK: ({ name, metadata }) => usage.add({ type: "action", name, metadata: metadata as Record<string, string> | undefined }),
    PONG: handshake.pong,
    BYE: () => isLeaving && leave(),
  } satisfies Handlers & { __proto__: null };
  const countUnexpected = createUnexpectedMessageLimiter(
    context,
    (source) => source === frame,
    () => fail("flooding"),
  );

  addEventListener("message", onWindowMessage, { signal });
  if (isPlain) handshake.page(context.page);
  else pageLink.hello();
  if (!new RegExp(context.origins).test(origin)) stop("failed", "origin_not_allowed");
  else if (context.isCached) void askPlatform().then(mountModule);
  else mountModule();

  function mountModule(): void {
    if (signal.aborted) return;
    frame = createModuleFrame(context, () => fail("navigated"));
    // Measured from the insertion: a module in an endless loop delays its own load event, and the page's.
    setTimeout(() => isReady || fail("timeout"), limits.helloMs);
  }

  /** A cached plan may be outdated: the module runs only if the platform agrees or cannot be reached. */
  function askPlatform(): Promise<unknown> {
    return session.get().catch(({ code, message }: RequestError) => {
      if (code !== "unreachable" && code !== "unavailable") stop("disabled", code, message);
    });
  }

  function onWindowMessage(event: MessageEvent): void {
    if (pageLink.offer(event)) return;
    if (frame && moduleLink.offer(event, frame)) return;
    countUnexpected(event);
  }

  function onMount(page: PageContext): void {
    followScheme(page);
    handshake.page(page);
  }

  function onSession(fresh: SessionResponse): void {
    usage.setToken(fresh.token);
    permissions = fresh.permissions;
    if (JSON.stringify(fresh.settings) !== JSON.stringify(settings)) send({ type: "SETTINGS_CHANGED", settings: fresh.settings });
  }

  function onPageMessage(message: PageMessage): void {
    switch (message.type) {
      case "CONTEXT": {
        const { theme, locale } = message.context;
        followScheme(message.context);
        return send({ type: "CONTEXT_CHANGED", context: moduleContext(init, message.context), theme, locale });
      }
      case "EVENT":
        if (context.topics.hears.includes(message.topic)) send(message);
        return;
      case "VISITOR":
        return visitor.receive(message);
      case "IDENTIFY":
        session.identify();
        return subscriptions.restart();
      case "TEARDOWN":
        isLeaving = true;
        send({ type: "TEARDOWN" });
        setTimeout(leave, handshake.protocol ? limits.teardownMs : 0);
        return;
      default:
        message satisfies never;
    }
  }

  function leave(): void {
    stop("disabled", "bridge_closed");
  }

  function fail(code: ErrorCode, message?: string): void {
    if (!signal.aborted) usage.report(code, message);
    stop("failed", code, message);
  }

  function stop(state: "failed" | "disabled", code: ErrorCode, message?: string): void {
    if (signal.aborted) return;
    controller.abort();
    pageLink.send({ type: "STATE", state, code, message });
  }
}

/**
 * The canvas of a frame is transparent only if the frame's colour scheme is that of its embedder.
 * https://drafts.csswg.org/css-color-adjust/#color-scheme-effect
 */
function followScheme({ theme }: Partial<PageContext>): void {
  if (theme) document.documentElement.style.colorScheme = theme.scheme;
}
