import type { BlobMessage, ErrorCode, ModuleMessage, PageContext, PageMessage, SessionResponse, ShellConfiguration } from "@dramac/contracts";
import { LIMITS, type Limits } from "@dramac/contracts/limits";
import { createBroker, type BrokerOptions } from "./broker.ts";
import { createHandlers } from "./handlers.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { barePage, createInit, moduleContext } from "./init-message.ts";
import { createModuleFrame } from "./module-frame.ts";
import { createModuleLink } from "./module-link.ts";
import { createPageLink, isAllowed, readEmbedding } from "./page-link.ts";
import { createSession } from "./session.ts";
import { createSizeGovernor } from "./size-governor.ts";
import { createStrayWatch, isInside } from "./strays.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { upload } from "./upload.ts";
import { createUsage } from "./usage.ts";
import { createVisitor } from "./visitor.ts";

/**
 * Runs the shell of one frame document: mounts the module's frame, brokers between it, the page and the API,
 * and takes it off at the first fatal fault.
 */
export function startShell(configuration: ShellConfiguration, local?: BrokerOptions["local"]): void {
  if (parent === self) return;
  const { platform, installation, module, surface, topics } = configuration;
  const limits: Limits = { ...LIMITS, ...configuration.limits };
  const embedding = readEmbedding(location.hash, location.ancestorOrigins, document.referrer);
  let permissions = configuration.permissions;
  let page: PageContext | undefined = embedding.bare ? barePage(configuration) : undefined;
  let protocol: number | undefined;
  let isReady = false;
  let isOver = false;
  let frame: ReturnType<typeof createModuleFrame> | undefined;
  let heartbeat: ReturnType<typeof createHeartbeat> | undefined;
  let onBye: (() => void) | undefined;

  const usage = createUsage({ platform, surface: surface.key, installation, version: module.version });
  const pageLink = createPageLink(embedding.origin, { mount: onMount, message: onPageMessage });
  const visitor = createVisitor(embedding.bare ? undefined : pageLink.send);
  const session = createSession({
    platform,
    installation,
    surface: surface.key,
    hostOrigin: embedding.origin,
    askVisitor: visitor.ask,
    keepVisitor: visitor.keep,
    onSession,
  });
  const moduleLink = createModuleLink({ limits, onHello, onMessage, onFatal: fail });
  const send = moduleLink.send;
  const allowed = (permission: (typeof permissions)[number]) => permissions.includes(permission);
  const broker = createBroker({
    platform,
    installation,
    session,
    maxInFlight: limits.inFlight,
    timeoutMs: limits.requestMs,
    isAllowed: allowed,
    send,
    operations: configuration.operations,
    onCall: (name) => usage.add({ type: "api_call", name }),
    onGone: (message) => stop("disabled", "gone", message),
    ...(local && { local }),
  });
  const subscriptions = createSubscriptions({ platform, installation, session, send });
  const sizes = createSizeGovernor(
    limits,
    ({ height, width }) => pageLink.send({ type: "SIZE", height, ...(width !== undefined && { width }) }),
    () => usage.report("resize_loop", "The module kept growing and shrinking; it may only grow now."),
  );
  const handlers = createHandlers({
    toPage: pageLink.send,
    toModule: send,
    isAllowed: allowed,
    sends: topics.sends,
    ready(size) {
      if (isReady) return;
      isReady = true;
      sizes.want(size);
      pageLink.send({ type: "STATE", state: "ready", settings: configuration.settings });
      usage.add({ type: "load", loadTimeMs: Math.round(performance.now()) });
    },
    resize: sizes.want,
    moduleError(message, stack) {
      usage.add({ type: "error", name: message.slice(0, 80) });
      usage.report("module_error", message, stack);
      if (!isReady) stop("failed", "module_error", message);
    },
    call: (request) => void broker.call(request),
    cancel: broker.cancel,
    upload: (message) => void upload({ platform, installation, session, send }, message),
    subscribe: (collection, on) => (on ? subscriptions.add(collection) : subscriptions.remove(collection)),
    track: (name, metadata) => usage.add({ type: "action", name, ...(metadata && { metadata: metadata as Record<string, string> }) }),
    pong: () => heartbeat?.pong(),
    bye: () => onBye?.(),
  });
  const stray = createStrayWatch({
    own: (source) => frame !== undefined && isInside(source, frame.window),
    siblings: siblingOrigins(location),
    onFlood: () => fail("flooding", "The module sent far more window messages than any module needs."),
  });

  addEventListener("message", onWindowMessage);
  if (!embedding.bare) pageLink.hello();
  if (!isAllowed(embedding, configuration)) {
    return stop("failed", "origin_not_allowed", `Add ${embedding.origin || "this page's origin"} to the origins of surface ${surface.key}.`);
  }
  if (embedding.kept) void askFirst();
  else mountModule();

  function mountModule(): void {
    if (isOver) return;
    frame = createModuleFrame(configuration.srcdoc, module.name, {
      load: () => setTimeout(giveUp, limits.helloMs),
      navigated: () => fail("navigated", "The module tried to leave its frame."),
    });
  }

  /** Counted from the frame's load, so that a slow network shows loading and never an error that goes away. */
  function giveUp(): void {
    if (!isReady) fail("timeout", `The module was not ready within ${limits.helloMs / 1_000} s.`);
  }

  /** A kept plan may be stale: the module runs only when the platform agrees, or cannot be reached at all. */
  async function askFirst(): Promise<void> {
    await session.get().catch((fault: { code?: ErrorCode; message: string }) => {
      if (fault.code !== "unreachable" && fault.code !== "unavailable") stop("disabled", fault.code ?? "gone", fault.message);
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
    init();
  }

  /** The canvas of a frame stays transparent only where its colour scheme is its embedder's. */
  function follow({ theme }: Partial<PageContext>): void {
    if (theme) document.documentElement.style.colorScheme = theme.scheme;
  }

  function onHello(spoken: number): void {
    protocol = spoken;
    init();
  }

  function init(): void {
    if (!page || !protocol || heartbeat) return;
    send(createInit(configuration, page, protocol, limits));
    heartbeat = createHeartbeat({
      everyMs: limits.heartbeatMs,
      missed: limits.missedHeartbeats,
      ping: () => send({ type: "PING" }),
      onDead: () => fail("unresponsive", "The module stopped answering."),
    });
  }

  function onMessage(message: ModuleMessage | BlobMessage): void {
    handlers.get(message.type)?.(message as never);
  }

  function onSession(fresh: SessionResponse): void {
    usage.setToken(fresh.token);
    permissions = fresh.permissions;
    if (JSON.stringify(fresh.settings) !== JSON.stringify(configuration.settings)) send({ type: "SETTINGS_CHANGED", settings: fresh.settings });
  }

  function onPageMessage(message: PageMessage): void {
    switch (message.type) {
      case "CONTEXT": {
        const { theme, locale } = message.context;
        follow(message.context);
        send({
          type: "CONTEXT_CHANGED",
          context: moduleContext(configuration, message.context),
          ...(theme && { theme }),
          ...(locale && { locale }),
        });
        return;
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
        return tearDown();
      default:
        message satisfies never;
    }
  }

  function tearDown(): void {
    onBye = () => stop("disabled", "bridge_closed", "Taken off the page.");
    send({ type: "TEARDOWN" });
    setTimeout(onBye, moduleLink.isOpen ? limits.teardownMs : 0);
  }

  function fail(code: ErrorCode, message: string): void {
    if (!isOver) usage.report(code, message);
    stop("failed", code, message);
  }

  function stop(state: "failed" | "disabled", code: ErrorCode, message: string): void {
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

/** Matches the origins of every installation's shell: ours with any label of the same form. */
function siblingOrigins({ protocol, host }: Location): RegExp {
  const rest = host.slice(host.indexOf(".")).replace(/[.]/g, "\\.");
  return new RegExp(`^${protocol}//i[a-z2-7]{26}${rest}$`);
}
