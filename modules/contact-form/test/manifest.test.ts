import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

interface Manifest {
  readonly settingsSchema: { readonly properties: Readonly<Record<string, unknown>> };
  readonly defaultSettings: Readonly<Record<string, unknown>>;
  readonly publicSettings: readonly string[];
  readonly collections: { readonly messages: { readonly schema: { readonly properties: Readonly<Record<string, unknown>> } } };
  readonly emails: { readonly "new-message": { readonly fields: readonly string[]; readonly subject: string; readonly text: string } };
}
const manifest = JSON.parse(readFileSync(new URL("../manifest.json", import.meta.url), "utf8")) as Manifest;

test("every setting has a default and is public", () => {
  const names = Object.keys(manifest.settingsSchema.properties).sort();
  assert.deepEqual(Object.keys(manifest.defaultSettings).sort(), names);
  assert.deepEqual(manifest.publicSettings.map((pointer) => pointer.slice(1)).sort(), names);
});

test("the mail uses only fields that a stored message has", () => {
  const { fields, subject, text } = manifest.emails["new-message"];
  const stored = Object.keys(manifest.collections.messages.schema.properties);
  const named = [...`${subject}${text}`.matchAll(/\{\{(\w+)\}\}/g)].map(([, field]) => field as string);
  assert.deepEqual(
    fields.filter((field) => !stored.includes(field)),
    [],
  );
  assert.deepEqual(
    named.filter((field) => !fields.includes(field)),
    [],
  );
});
