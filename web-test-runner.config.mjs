import { tsImport } from "tsx/esm/api";

/* For `npx wtr` by hand, with --watch or --files; `npm test` runs the same by scripts/run-browser-tests.ts. */
const { browserTestConfig } = await tsImport("./scripts/browser-test-config.ts", import.meta.url);

export default browserTestConfig(["{host-bridge,elements,loader,sdk}/test/**/*.browser.test.ts"]);
