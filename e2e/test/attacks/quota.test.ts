import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { STORAGE_LIMITS } from "@dramac/contracts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

const AT_ONCE = 100;

let two: TwoInstallations;
before(async () => {
  // Texts as long as a document may be.
  two = await startTwoInstallations(
    {},
    {
      change: (manifest) =>
        Object.assign(manifest.collections as object, { notes: { visitor: ["create", "read:own", "update:own", "delete:own"], schema: {} } }),
    },
  );
});
after(() => two?.platform.close());
beforeEach(() => two.platform.database.withPlatform("test change", (tx) => tx`delete from module_documents`));

async function newVisitor(): Promise<string> {
  return (JSON.parse((await two.openSession(two.probe)).body) as { token: string }).token;
}

async function write(token: string, method: string, endpoint: string, text: string) {
  const body = { requestId: 1, method, endpoint, data: { data: { text } } };
  const answer = await two.post(two.probe, `/api/modules/${two.probe}/proxy`, body, { authorization: `Bearer ${token}` });
  return JSON.parse(answer.body) as { status?: number; code?: string; data?: { id: string } };
}

/** Bytes that stand in the table as they would travel, and what the counters say of them. */
async function stored() {
  const [row] = await two.platform.database.withPlatform(
    "test look-up",
    (tx) => tx`
    select coalesce((select sum(octet_length(data->>'text')) from module_documents where installation_id = ${two.probe}), 0)::int as bytes,
      (select max(sum)::int from (select sum(octet_length(data->>'text')) from module_documents where installation_id = ${two.probe} group by visitor_sub) of) as of_one,
      (select bytes::int from module_storage_usage where installation_id = ${two.probe} and visitor_sub = '') as counted`,
  );
  return row as unknown as { bytes: number; of_one: number; counted: number };
}

const limitOf = (bytes: number) =>
  two.platform.database.withPlatform(
    "test change",
    (tx) => tx`
    insert into module_storage_usage (installation_id, agency_id, visitor_sub, limit_bytes) values (${two.probe}, ${two.platform.seeded.agencyId}, '', ${bytes})
    on conflict (installation_id, visitor_sub) do update set limit_bytes = ${bytes}`,
  );

describe("37: concurrent writes, each within the quota", () => {
  test("of one visitor never exceed its quota together; those that fit are stored", async () => {
    const token = await newVisitor();
    const text = "a".repeat(50_000);
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => write(token, "POST", "/storage/notes", text)));
    const { bytes } = await stored();
    const created = answers.filter(({ status }) => status === 201).length;
    assert.equal(created, Math.floor(STORAGE_LIMITS.visitorBytes / (50_000 + '{"text":""}'.length)));
    assert.deepEqual([...new Set(answers.flatMap(({ code }) => code ?? []))], ["quota_exceeded"]);
    assert.equal(bytes, created * 50_000);
    assert.equal((await write(await newVisitor(), "POST", "/storage/notes", text)).status, 201, "another visitor has room");
  });

  test("of many visitors never exceed the installation's quota together", async () => {
    await limitOf(1_000_000);
    const tokens = await Promise.all(Array.from({ length: 10 }, newVisitor));
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) => write(tokens[at % 10] as string, "POST", "/storage/notes", "b".repeat(20_000))),
    );
    const { bytes, counted } = await stored();
    assert.equal(answers.filter(({ status }) => status === 201).length, 49);
    assert.ok(bytes <= 1_000_000 && counted <= 1_000_000 && bytes === 49 * 20_000);
    await limitOf(STORAGE_LIMITS.installationBytes);
    assert.equal((await write(tokens[0] as string, "POST", "/storage/notes", "b".repeat(20_000))).status, 201);
  });

  test("that enlarge documents count too, and deleting frees space", async () => {
    const token = await newVisitor();
    const made = await Promise.all(Array.from({ length: AT_ONCE }, () => write(token, "POST", "/storage/notes", "c")));
    const ids = made.map(({ data }) => data?.id as string);
    assert.equal(new Set(ids).size, AT_ONCE);
    const grown = await Promise.all(ids.map((id) => write(token, "PATCH", `/storage/notes/${id}`, "c".repeat(50_000))));
    assert.ok(grown.some(({ code }) => code === "quota_exceeded") && grown.some(({ status }) => status === 200));
    assert.ok((await stored()).bytes <= STORAGE_LIMITS.visitorBytes);
    const full = ids[grown.findIndex(({ status }) => status === 200)] as string;
    const small = ids[grown.findIndex(({ code }) => code === "quota_exceeded")] as string;
    assert.equal((await write(token, "PATCH", `/storage/notes/${small}`, "c".repeat(50_000))).code, "quota_exceeded");
    await write(token, "DELETE", `/storage/notes/${full}`, "");
    assert.equal((await write(token, "PATCH", `/storage/notes/${small}`, "c".repeat(50_000))).status, 200);
  });

  test("are counted in bytes: a third as many three-byte characters fit", async () => {
    const token = await newVisitor();
    const text = "漢".repeat(20_000);
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => write(token, "POST", "/storage/notes", text)));
    const { bytes, of_one: ofOne } = await stored();
    assert.ok(answers.some(({ status }) => status === 201) && answers.some(({ code }) => code === "quota_exceeded"));
    assert.ok(bytes <= STORAGE_LIMITS.visitorBytes && ofOne <= STORAGE_LIMITS.visitorBytes, `${bytes} bytes`);
    assert.equal((await write(await newVisitor(), "POST", "/storage/notes", "漢".repeat(22_000))).code, "payload_too_large");
  });
});
