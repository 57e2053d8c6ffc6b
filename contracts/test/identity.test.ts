import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type InstallationId, installationFromLabel, installationLabel, isSurfaceKey } from "../src/ids.ts";
import { ManifestSchema } from "../src/manifest.ts";
import { retailPrice } from "../src/pricing.ts";

test("an installation's label is 27 letters and leads back to it alone", () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const label = installationLabel(id as InstallationId);
      assert.match(label, /^i[a-z2-7]{26}$/);
      assert.equal(installationFromLabel(label), id);
    }),
  );
  for (const label of ["", "i", `i${"a".repeat(25)}`, `i${"a".repeat(25)}b`, `x${"a".repeat(26)}`, `i${"A".repeat(26)}`, `i${"1".repeat(26)}`])
    assert.equal(installationFromLabel(label), undefined, label);
});

test("surface keys are one of our kinds and nothing that could be a path", () => {
  assert.ok(isSurfaceKey(`site_${"a".repeat(22)}`));
  for (const key of ["site_", `page_${"a".repeat(22)}`, `site_${"a".repeat(21)}/`, `site_${"a".repeat(23)}`]) assert.equal(isSurfaceKey(key), false, key);
});

test("prices are rounded half up, once", () => {
  assert.equal(retailPrice(1_000n, { type: "percentage" }), 2_000n);
  assert.equal(retailPrice(1n, { type: "percentage", basisPoints: 5_000n }), 2n);
  assert.equal(retailPrice(1n, { type: "percentage", basisPoints: 4_999n }), 1n);
  assert.equal(retailPrice(999n, { type: "fixed", fixed: 1n }), 1_000n);
  assert.equal(retailPrice(5n, { type: "passthrough" }), 5n);
  assert.throws(() => retailPrice(5n, { type: "custom" }), /needs a price/);
});

test("a manifest reports all its issues at once, each with its path", () => {
  const result = ManifestSchema.safeParse({
    id: "x",
    slug: "Not A Slug",
    name: "X",
    version: "1.0",
    installLevel: "site",
    entryPoints: {},
    hooks: ["site:page:after"],
    permissions: ["read:everything"],
    presentation: { kind: "inline" },
    connect: ["*.example.com", "127.0.0.1", "localhost"],
  });
  const paths = result.error?.issues.map(({ path }) => path.join("/")).sort();
  assert.deepEqual(paths, ["connect/0", "connect/1", "connect/2", "permissions/0", "slug", "version"]);
});
