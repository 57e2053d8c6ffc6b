import type { ErrorCode, PageContext, PageMessage, SessionResponse, ShellConfiguration } from "@dramac/contracts";
import { type Carry, createBroker } from "./broker.ts";
import type { Fault } from "./fault.ts";
import { createHandlers } from "./handlers.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { barePage, createInit, moduleContext } from "./init-message.ts";
import { createModuleFrame } from "./module-frame.ts";
import { createModuleLink } from "./module-link.ts";
import { createPageLink, readEmbedding } from "./page-link.ts";
import { createSession } from "./session.ts";
import { createSizeGovernor } from "./size-governor.ts";
import { createStrayWatch, isInside } from "./strays.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createUsage } from "./usage.ts";
import { createVisitor } from "./visitor.ts";

/**
 * Runs the shell of one frame document: mounts the module's frame, brokers between it, the page and the API,
 * and takes it off at the first fatal fault.
 */
export function startShell(configuration: ShellConfiguration, carry?: Carry): void {
  if (parent === self) return;
  const { platform, surface, topics, init } = configuration;
  const { installation, limits, settings } = init;
  const { origin, kept, bare } = readEmbedding(location.hash, location.ancestorOrigins, document.referrer);
  let { permissions } = init;
  let page = bare ? barePage(surface) : undefined;
  let protocol: number | undefined;
  let isReady = false;
  let isLeaving = false;
  let isOver = false;
  let frame: ReturnType<typeof createModuleFrame> | undefined;
  let heartbeat: ReturnType<typeof createHeartbeat> | undefined;

  const pageLink = createPageLink(origin, onMount, onPageMessage);
  const usage = createUsage({ platform, surface: surface.key, installation, version: init.module.version });
  const visitor = createVisitor(bare ? undefined : pageLink.send);
  const session = createSession({
    platform,
    installation,
    surface: surface.key,
    hostOrigin: origin,
    visitor,
    onSession,
    onGone: (message) => stop("disabled", "gone", message),
  });
  const moduleLink = createModuleLink({
    limits,
    onHello(spoken) {
      protocol = spoken;
      greet();
    },
    onMessage: (message) => handlers.get(message.type)?.(message),
    onFatal: fail,
  });
  const { send } = moduleLink;
  const broker = createBroker({
    session,
    limits,
    operations: configuration.operations,
    isAllowed: (permission) => permissions.includes(permission),
    send,
    onCall: (name) => usage.add({ type: "api_call", name }),
    carry,
  });
  const subscriptions = createSubscriptions(session, send);
  const sizes = createSizeGovernor(
    limits,
    (size) => pageLink.send({ type: "SIZE", ...size }),
    () => usage.report("resize_loop"),
  );
  const handlers = createHandlers({
    broker,
    subscriptions,
    sizes,
    usage,
    sends: topics.sends,
    toPage: pageLink.send,
    onReady(size) {
      if (isReady) return;
      isReady = true;
      sizes.want(size);
      pageLink.send({ type: "STATE", state: "ready", settings });
      usage.add({ type: "load", loadTimeMs: Math.round(performance.now()) });
    },
    onError(message) {
      if (!isReady) stop("failed", "module_error", message);
    },
    onPong: () => heartbeat?.pong(),
    onBye: () => isLeaving && leave(),
  });
  const stray = createStrayWatch(
    limits.strayMessagesPerSecond,
    (source) => frame !== undefined && isInside(source, frame.window),
    () => fail("flooding"),
  );

  addEventListener("message", onWindowMessage);
  if (!bare) pageLink.hello();
  if (!new RegExp(configuration.origins).test(origin)) stop("failed", "origin_not_allowed");
  else if (kept) void askFirst();
  else mountModule();

  function mountModule(): void {
    if (isOver) return;
    frame = createModuleFrame(configuration.srcdoc, configuration.name, {
      load: () => setTimeout(giveUp, limits.helloMs),
      navigated: () => fail("navigated"),
    });
  }

  /** Counted from the frame's load, so that a slow network shows loading and never an error that goes away. */
  function giveUp(): void {
    if (!isReady) fail("timeout");
  }

  /** A kept plan may be stale: the module runs only when the platform agrees, or cannot be reached at all. */
  async function askFirst(): Promise<void> {
    await session.get().catch(({ code, message }: Fault) => {
      if (code !== "unreachable" && code !== "unavailable") stop("disabled", code, message);
    });
    mountModule();
  }

  function onWindowMessage(event: MessageEvent): void {
    if (pageLink.offer(event)) return;
    if (frame && moduleLink.offer(event, frame.window, frame.loads)) return;
    stray(event);
  }

  function onMount(context: PageContext): void {
    page = context;
    follow(context);
    greet();
  }

  /** The canvas of a frame stays transparent only where its colour scheme is its embedder's. */
  function follow({ theme }: Partial<PageContext>): void {
    if (theme) document.documentElement.style.colorScheme = theme.scheme;
  }

  function greet(): void {
    if (!page || !protocol || heartbeat) return;
    send(createInit(init, page, protocol));
    heartbeat = createHeartbeat(
      limits,
      () => send({ type: "PING" }),
      () => fail("unresponsive"),
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
        return session.identify(message.assertion);
      case "TEARDOWN":
        if (message.forget) visitor.forget();
        isLeaving = true;
        send({ type: "TEARDOWN" });
        setTimeout(leave, moduleLink.isOpen ? limits.teardownMs : 0);
        return;
      default:
        message satisfies never;
    }
  }

  function leave(): void {
    stop("disabled", "bridge_closed");
  }

  function fail(code: ErrorCode, message?: string): void {
    if (!isOver) usage.report(code, message);
    stop("failed", code, message);
  }

  function stop(state: "failed" | "disabled", code: ErrorCode, message?: string): void {
    if (isOver) return;
    isOver = true;
    removeEventListener("message", onWindowMessage);
    moduleLink.close();
    broker.close();
    subscriptions.close();
    heartbeat?.destroy();
    sizes.destroy();
    usage.destroy();
    frame?.destroy();
    pageLink.send({ type: "STATE", state, code, message });
  }
}
