import assert from "node:assert/strict";
import { test } from "node:test";
import { createPageViews, type View } from "../src/page-views.ts";

test("reports a path once, with the path before it as referrer", () => {
  const views: View[] = [];
  const see = createPageViews((view) => views.push(view));
  see({ path: "/", title: "Home", referrer: "https://search.example/" });
  see({ path: "/" });
  see({});
  see({ path: "/about", title: "About" });
  see({ path: "/" });
  assert.deepEqual(
    views.map(({ path, referrer }) => [path, referrer]),
    [
      ["/", "https://search.example/"],
      ["/about", "/"],
      ["/", "/about"],
    ],
  );
});
