import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type MarkupType, retailPrice } from "../src/pricing.ts";

interface Vector {
  readonly wholesale: string;
  readonly markupType: MarkupType;
  readonly basisPoints: string | null;
  readonly fixed: string | null;
  readonly custom: string | null;
  readonly retail: string | null;
}

const vectors = JSON.parse(readFileSync(new URL("price-vectors.json", import.meta.url), "utf8")) as Vector[];
const amount = (text: string | null) => (text === null ? undefined : BigInt(text));

test("the shared vectors hold here as they hold in SQL", () => {
  assert.ok(vectors.length > 40);
  for (const vector of vectors) {
    const { wholesale, markupType: type, basisPoints, fixed, custom, retail } = vector;
    const price = () =>
      retailPrice(BigInt(wholesale), {
        type,
        ...(basisPoints !== null && { basisPoints: BigInt(basisPoints) }),
        ...(fixed !== null && { fixed: BigInt(fixed) }),
        custom: amount(custom) ?? null,
      });
    if (retail === null) assert.throws(price, JSON.stringify(vector));
    else assert.equal(price(), BigInt(retail), JSON.stringify(vector));
  }
});
