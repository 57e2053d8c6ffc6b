import { startTestRunner, type TestResult as BrowserTest, type TestRunnerConfig, type TestSession, type TestSuiteResult } from "@web/test-runner";
import { browserTestConfig } from "./browser-test-config.ts";
import type { TestResult } from "./test-result.ts";

/** Runs test files in a browser by Web Test Runner; prints one line for each test. */
export async function runBrowserTests(files: string[], onResult: (result: TestResult) => void): Promise<void> {
  if (!files.length) return;
  const root = new URL("..", import.meta.url).pathname;
  const config: Partial<TestRunnerConfig> = {
    ...browserTestConfig(files),
    staticLogging: true,
    reporters: [
      {
        reportTestFileResults({ sessionsForTestFile }) {
          for (const session of sessionsForTestFile) report(session, root, onResult);
        },
      },
    ],
  };
  const runner = await startTestRunner({ config, readCliArgs: false, readFileConfig: false, autoExitProcess: false });
  if (!runner) throw new Error("Web Test Runner did not start.");
  await new Promise<void>((resolve) => runner.on("stopped", () => resolve()));
}

function report(session: TestSession, root: string, onResult: (result: TestResult) => void): void {
  const file = session.testFile.replace(root, "");
  for (const { message, stack } of session.errors) {
    console.log(`✖ ${file}\n  ${message}\n${stack ?? ""}`);
    onResult({ name: file, file, isSuite: false, outcome: "failed" });
  }
  if (session.testResults) reportSuite(session.testResults, "", file, onResult);
}

function reportSuite({ suites, tests }: TestSuiteResult, path: string, file: string, onResult: (result: TestResult) => void): void {
  for (const test of tests) reportTest(test, path, file, onResult);
  for (const suite of suites) reportSuite(suite, `${path}${suite.name} › `, file, onResult);
}

function reportTest({ name, passed, skipped, error }: BrowserTest, path: string, file: string, onResult: (result: TestResult) => void): void {
  const outcome = skipped ? "skipped" : passed ? "passed" : "failed";
  console.log(`${{ passed: "✔", failed: "✖", skipped: "﹣" }[outcome]} ${path}${name}`);
  if (error) console.log(`  ${error.message}\n${error.stack ?? ""}`);
  onResult({ name: path + name, file, isSuite: false, outcome });
}
