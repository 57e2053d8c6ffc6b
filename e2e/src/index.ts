export { findBrowser, launchBrowser } from "./browser.ts";
export { type Answer, type Call, dialPort } from "./dial.ts";
export { freePorts } from "./free-ports.ts";
export { type HostPage, startHostServer } from "./host-server.ts";
export { type PlatformOptions, publishFixture, startPlatform, type TestPlatform } from "./platform.ts";
export { type OutgoingStand, PUBLIC_ADDRESS, startOutgoingStand } from "./outgoing-stand.ts";
export { makeRootKey } from "./root-key.ts";
export { openLine } from "./tcp-proxy.ts";
export { openStage, type Stage } from "./stage.ts";
