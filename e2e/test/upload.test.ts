import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dialPort, openHarness, type Harness } from "../src/index.ts";

/** One red dot, as a PNG of one pixel. */
const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";

let harness: Harness;
before(async () => {
  harness = await openHarness(["probe"]);
});
after(() => harness?.close());

test("a module uploads an image, which the media host serves to every frame, and is told why a script is refused", async () => {
  const page = await harness.openHostPage("probe");
  const stored = await harness.tell<{ url: string; type: string; width: number }>(page, "probe", "upload", { text: DOT, type: "image/png" });
  assert.deepEqual([stored.type, stored.width], ["image/png", 1]);
  const { host, pathname } = new URL(stored.url);
  const served = await dialPort(harness.platform.port, pathname, { host });
  assert.deepEqual([served.status, served.headers["content-type"], served.headers["access-control-allow-origin"]], [200, "image/png", "*"]);
  const refused = await harness.tell<{ code: string }>(page, "probe", "upload", { text: btoa("<script>alert(1)</script>"), type: "text/html" });
  assert.equal(refused.code, "unsupported_media_type");
  await page.close();
});
