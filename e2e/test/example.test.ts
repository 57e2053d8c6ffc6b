import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { launchBrowser, startHostServer, startPlatform, type TestPlatform } from "../src/index.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

let platform: TestPlatform;
before(async () => {
  platform = await startPlatform(() => [], { firstParty: true });
});
after(() => platform?.close());

function run(example: string, more: Readonly<Record<string, string>> = {}): Promise<{ code: number | null; output: string }> {
  const environment = { ...process.env, PLATFORM: platform.url, KEY: platform.seeded.keys.superAdmin, ...more };
  const child = spawn(process.execPath, ["--import", "tsx", `examples/${example}.ts`], { cwd: ROOT, env: environment });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (output += part));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

test("the example installs a module on a client's page from scratch, at the agency's price", async () => {
  const origin = `http://bakery.localhost:${platform.hostPort}`;
  const { code, output } = await run("first-site", { ORIGIN: origin });
  assert.equal(code, 0, output);
  assert.equal(output.match(/^✓/gm)?.length, 7, output);
  assert.match(output, /the client pays 9\.00 EUR, of which 4\.00 EUR stay with the agency/);
  const [line = ""] = /<script .*<\/script>/.exec(output) ?? [];
  const hosts = await startHostServer(platform.hostPort, () => ({
    body: `<!doctype html><html lang="en"><title>Bakery</title><main><h1>Bakery</h1></main>${line}`,
  }));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    await page.frameLocator("dramac-module >> iframe").frameLocator("iframe").getByRole("button", { name: "Send message" }).waitFor();
  } finally {
    await browser.close();
    await hosts.close();
  }
});

test("the example without a page uses a module through the typed client", async () => {
  const { code, output } = await run("headless-support");
  assert.equal(code, 0, output);
  assert.equal(output.match(/^✓/gm)?.length, 6, output);
  for (const expected of [
    "with the permissions access:storage",
    "3 messages are stored; the latest: A cake for forty, please.",
    "The night shift",
    "precondition_failed",
    "collection_denied",
  ])
    assert.ok(output.includes(expected), `${expected}: ${output}`);
});
