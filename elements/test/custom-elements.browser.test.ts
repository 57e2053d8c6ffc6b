import { assert } from "chai";
import type { DramacModuleElement } from "../src/index.ts";
import { ModuleElement } from "../src/module-element.ts";
import { ProviderElement } from "../src/provider/index.ts";

interface Declaration {
  readonly name: string;
  readonly tagName: string;
  readonly attributes: readonly { readonly name: string; readonly fieldName?: string }[];
  readonly events?: readonly { readonly name: string }[];
}

const readManifest = async () => {
  const answer = await fetch(new URL("../custom-elements.json", import.meta.url));
  const { modules } = (await answer.json()) as { modules: { declarations: Declaration[] }[] };
  return new Map(modules.flatMap(({ declarations }) => declarations).map((declaration) => [declaration.tagName, declaration]));
};

const sourceOf = async (file: string) => (await fetch(new URL(`../src/${file}`, import.meta.url))).text();

describe("custom-elements.json", () => {
  it("describes every element that is defined here, and no other", async () => {
    const defined = (await Promise.all(["runtime.ts", "provider/index.ts"].map(sourceOf))).flatMap((source) =>
      [...source.matchAll(/customElements\.define\("([\w-]+)"/g)].map(([, tag]) => tag as string),
    );
    assert.deepEqual([...(await readManifest()).keys()].sort(), defined.sort());
  });

  for (const [tag, type] of [
    ["dramac-module", ModuleElement],
    ["dramac-provider", ProviderElement],
  ] as const) {
    it(`lists the properties of <${tag}> that are attributes, each as a field`, async () => {
      const fields = (await readManifest()).get(tag)?.attributes.flatMap(({ fieldName }) => fieldName ?? []);
      assert.deepEqual(fields, Object.keys(type.properties));
    });
  }

  it("lists the events of <dramac-module> and <dramac-provider>", async () => {
    const manifest = await readManifest();
    const named = ["dramac-module", "dramac-provider"].flatMap((tag) => manifest.get(tag)?.events?.map(({ name }) => name) ?? []);
    const sources = await Promise.all(["module-element.ts", "page-actions.ts", "provider/provider-element.ts"].map(sourceOf));
    const fired = sources.flatMap((source) => [...source.matchAll(/new CustomEvent\("([\w:]+)"/g)].map(([, name]) => name as string));
    assert.deepEqual(named.sort(), fired.sort());
  });

  it("types the element as the runtime defines it", () => {
    const typed: (element: ModuleElement) => DramacModuleElement = (element) => element;
    assert.isFunction(typed);
  });
});
