import type { ErrorCode, PageContext, PageMessage, SessionResponse, ShellConfiguration } from "@dramac/contracts";
import { type Transport, createBroker } from "./broker.ts";
import type { RequestError } from "./request.ts";
import { createHandlers } from "./handlers.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { createInit, moduleContext } from "./init-message.ts";
import { createModuleFrame } from "./module-frame.ts";
import { createModuleLink } from "./module-link.ts";
import { createPageLink, readEmbedding } from "./page-link.ts";
import { createSession } from "./session.ts";
import { createSizeGovernor } from "./size-governor.ts";
import { createUnexpectedMessageLimiter } from "./unexpected-message-limiter.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createUsage } from "./usage.ts";
import { createVisitor } from "./visitor.ts";

/**
 * Runs the shell of one frame document: mounts the module's frame, brokers between it, the page and the API,
 * and takes it off at the first fatal fault.
 */
export function startShell(configuration: ShellConfiguration, transport?: Transport): void {
  if (parent === self) return;
  const { topics, init } = configuration;
  const { limits, settings } = init;
  const { origin, isCached, bare } = readEmbedding();
  let { permissions } = init;
  let page = bare ? configuration.page : undefined;
  let protocol: number | undefined;
  let isReady = false;
  let isLeaving = false;
  const controller = new AbortController();
  const signal = controller.signal;
  let frame: Window | undefined;
  let pong: (() => void) | undefined;

  const pageLink = createPageLink(origin, onMount, onPageMessage);
  const usage = createUsage(configuration, signal);
  const visitor = createVisitor(bare ? undefined : pageLink.send);
  const session = createSession(configuration, origin, visitor, onSession, (message) => stop("disabled", "gone", message));
  const moduleLink = createModuleLink(limits, onHello, (message) => handlers.get(message.type)?.(message), fail, signal);
  const { send } = moduleLink;
  const broker = createBroker(configuration, session, moduleLink, (permission) => permissions.includes(permission), signal, transport);
  const subscriptions = createSubscriptions(session, send, signal);
  const sizes = createSizeGovernor(
    limits,
    (size) => pageLink.send({ type: "SIZE", ...size }),
    () => usage.report("resize_loop"),
  );
  const handlers = createHandlers(topics, moduleLink, broker, subscriptions, sizes, usage, pageLink.send, {
    ready(size) {
      if (isReady) return;
      isReady = true;
      sizes.want(size);
      pageLink.send({ type: "STATE", state: "ready", settings });
      usage.add({ type: "load", loadTimeMs: Math.round(performance.now()) });
    },
    failed(message) {
      if (!isReady) stop("failed", "module_error", message);
    },
    pong: () => pong?.(),
    bye: () => isLeaving && leave(),
  });
  const stray = createUnexpectedMessageLimiter(
    configuration,
    (source) => source === frame,
    () => fail("flooding"),
  );

  addEventListener("message", onWindowMessage, { signal });
  if (!bare) pageLink.hello();
  if (!new RegExp(configuration.origins).test(origin)) stop("failed", "origin_not_allowed");
  else if (isCached) void askFirst();
  else mountModule();

  function mountModule(): void {
    if (signal.aborted) return;
    frame = createModuleFrame(configuration, () => fail("navigated"), signal);
    setTimeout(giveUp, limits.helloMs);
  }

  /** Counted from the start, not from the frame's load: a module that spins keeps its load, and the page's, waiting. */

  function giveUp(): void {
    if (!isReady) fail("timeout");
  }

  /** A kept plan may be stale: the module runs only when the platform agrees, or cannot be reached at all. */
  async function askFirst(): Promise<void> {
    await session.get().catch(({ code, message }: RequestError) => {
      if (code !== "unreachable" && code !== "unavailable") stop("disabled", code, message);
    });
    mountModule();
  }

  function onWindowMessage(event: MessageEvent): void {
    if (pageLink.offer(event)) return;
    if (frame && moduleLink.offer(event, frame)) return;
    stray(event);
  }

  function onMount(context: PageContext): void {
    page = context;
    follow(context);
    greet();
  }

  function onHello(spoken: number): void {
    protocol = spoken;
    greet();
  }

  /** The canvas of a frame stays transparent only where its colour scheme is its embedder's. */
  function follow({ theme }: Partial<PageContext>): void {
    if (theme) document.documentElement.style.colorScheme = theme.scheme;
  }

  function greet(): void {
    if (!page || !protocol || pong) return;
    send(createInit(init, page, protocol));
    pong = createHeartbeat(
      limits,
      () => send({ type: "PING" }),
      () => fail("unresponsive"),
      signal,
    );
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
        follow(message.context);
        return send({ type: "CONTEXT_CHANGED", context: moduleContext(init, message.context), theme, locale });
      }
      case "EVENT":
        if (topics.hears.includes(message.topic)) send(message);
        return;
      case "VISITOR":
        return visitor.receive(message);
      case "IDENTIFY":
        session.identify();
        return subscriptions.restart();
      case "TEARDOWN":
        isLeaving = true;
        send({ type: "TEARDOWN" });
        setTimeout(leave, protocol ? limits.teardownMs : 0);
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
