import { findBrowser } from "@dramac/e2e";
import { esbuildPlugin } from "@web/dev-server-esbuild";
import type { TestRunnerConfig } from "@web/test-runner";
import { chromeLauncher } from "@web/test-runner-chrome";
import { createScriptedPlatform } from "./scripted-platform.ts";

/**
 * How browser tests run: this machine's Chromium, TypeScript by esbuild, two files at a time.
 * The same files are there under every `*.localhost` name of the server's port, so that frames can be of another site.
 */
export function browserTestConfig(files: string[]): Partial<TestRunnerConfig> {
  return {
    files,
    rootDir: new URL("..", import.meta.url).pathname,
    nodeResolve: { exportConditions: ["production"] },
    plugins: [esbuildPlugin({ ts: true, target: "es2022" })],
    middleware: [createScriptedPlatform()],
    browsers: [chromeLauncher({ launchOptions: { executablePath: findBrowser() ?? "", args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] } })],
    concurrency: 2,
    testsFinishTimeout: 60_000,
  };
}
