import { assert } from "chai";
import { matchesPath } from "../src/paths.ts";

const CASES: readonly (readonly [pattern: string, path: string, isMatch: boolean])[] = [
  ["/shop", "/shop", true],
  ["/shop", "/shop/boats", false],
  ["/shop/*", "/shop/boats/of/wood", true],
  ["/shop/*", "/shops", false],
  ["/blog/:slug", "/blog/a-boat", true],
  ["/blog/:slug", "/blog/a/boat", false],
  ["/price-list_2.0", "/price-list_2.0", true],
  ["/price-list_2.0", "/price-list_2x0", false],
  ["/a$b", "/a$b", true],
];

describe("paths", () => {
  const check = () => {
    for (const [pattern, path, isMatch] of CASES) assert.equal(matchesPath([pattern], path), isMatch, `${pattern} on ${path}`);
  };

  it("are matched by URLPattern", check);

  it("are matched in the same way where the browser has no URLPattern", () => {
    const page = globalThis as { URLPattern?: unknown };
    const { URLPattern: own } = page;
    page.URLPattern = undefined;
    try {
      check();
    } finally {
      page.URLPattern = own;
    }
  });

  it("match any path without patterns, and otherwise a path that one pattern matches", () => {
    assert.equal(matchesPath([], "/anything"), true);
    assert.equal(matchesPath(["/a", "/b"], "/b"), true);
    assert.equal(matchesPath(["/a", "/b"], "/c"), false);
  });
});
