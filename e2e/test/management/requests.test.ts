import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { REQUEST_STATUS_CHANGES, REQUEST_STATUSES } from "@dramac/contracts";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { sampleOf } from "./samples.ts";

let platform: TestPlatform;
let own: Agency;
let other: Agency;
let third: Agency;
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  [own, other, third] = [await makeAgency(platform, "own"), await makeAgency(platform, "other"), await makeAgency(platform, "third")];
});
after(() => platform?.close());

const as = (agency: Agency, method: string, path: string, body?: object) =>
  call(platform, { key: agency.keys.agency_member, method, path: `/api/agencies/${agency.ids.agencyId}${path}`, body });
const asRoot = (method: string, path: string, body?: object) => call(platform, { key: platform.seeded.keys.superAdmin, method, path, body });
const createRequest = async (more: object = {}) => (await as(own, "POST", "/requests", { ...sampleOf("request.create"), ...more })).body;
const move = (id: string, status: string, more: object = {}) => asRoot("PUT", `/api/admin/requests/${id}/status`, { status, ...more });
const vote = (agency: Agency, id: string, method = "POST") => as(agency, method, `/request-board/${id}/vote`);

describe("a request", () => {
  test("stores all its fields, and can be changed until it is reviewed", async () => {
    const request = {
      ...sampleOf("request.create"),
      useCase: "Anglers\nask.",
      targetAudience: "Harbours",
      suggestedInstallLevel: "site",
      suggestedCategory: "maps",
      willingToFund: true,
    };
    const made = await createRequest(request);
    assert.deepEqual({ ...made, ...request }, made);
    assert.deepEqual([made.status, made.upvotes, made.completedAt], ["submitted", 0, null]);
    const changed = (await as(own, "PATCH", `/requests/${made.id}`, { title: "Tides", useCase: null })).body;
    assert.deepEqual([changed.title, changed.useCase, changed.targetAudience], ["Tides", null, "Harbours"]);
    await move(made.id, "reviewing");
    assert.equal((await as(own, "PATCH", `/requests/${made.id}`, { title: "Other" })).body.code, "conflict");
    assert.equal((await as(own, "GET", `/requests/${made.id}`)).body.title, "Tides");
  });

  test("is listed to its agency by status, and to the platform with those of all agencies", async () => {
    const { id } = await createRequest({ title: "Listed" });
    await move(id, "rejected", { reason: "too small" });
    const ids = (answer: { body: { items: { id: string }[] } }) => answer.body.items.map((one) => one.id);
    assert.ok(ids(await as(own, "GET", "/requests?status=rejected")).includes(id));
    assert.ok(!ids(await as(own, "GET", "/requests?status=submitted")).includes(id));
    assert.ok(!ids(await as(other, "GET", "/requests")).includes(id));
    const [mine, theirs] = [own, other].map(({ ids: { requestId } }) => requestId as string);
    for (const one of [id, mine, theirs]) assert.ok(ids(await asRoot("GET", "/api/admin/requests?limit=100")).includes(one as string));
  });

  test("allows only valid status changes, in the API and in the database", async () => {
    const { id } = await createRequest();
    for (const before of REQUEST_STATUSES) {
      for (const after of REQUEST_STATUSES.filter((status) => status !== before)) {
        const legal = REQUEST_STATUS_CHANGES[before].includes(after);
        const step = platform.database.withPlatform("test step", async (tx) => {
          await tx`delete from module_requests where title = 'stepping'`;
          await tx`insert into module_requests (agency_id, title, description, status) values (${own.ids.agencyId as string}, 'stepping', 'x', ${before})`;
          await tx`update module_requests set status = ${after}, resulting_module_id = ${own.ids.moduleId as string} where title = 'stepping'`;
        });
        if (legal) await step;
        else await assert.rejects(step, { constraint_name: "module_request_step" }, `${before} to ${after}`);
      }
    }
    assert.match((await move(id, "approved")).body.detail, /submitted can become reviewing or rejected/);
    for (const status of ["reviewing", "approved", "in_progress", "rejected", "reviewing"]) assert.equal((await move(id, status)).body.status, status);
  });

  test("is completed with the module that resulted from it", async () => {
    const { id } = await createRequest();
    for (const status of ["reviewing", "approved", "in_progress"]) await move(id, status);
    assert.equal((await move(id, "completed")).body.faults[0].path, "/resultingModuleId");
    assert.equal((await move(id, "rejected", { resultingModuleId: own.ids.moduleId })).body.faults[0].path, "/resultingModuleId");
    assert.equal((await move(id, "completed", { resultingModuleId: randomUUID() })).status, 404);
    const done = (await move(id, "completed", { resultingModuleId: own.ids.moduleId })).body;
    assert.equal(done.resultingModuleId, own.ids.moduleId);
    assert.ok(done.completedAt);
    assert.match((await move(id, "reviewing")).body.detail, /completed cannot change any more/);
    assert.equal((await as(own, "GET", `/requests/${id}`)).body.resultingModuleId, own.ids.moduleId);
  });

  test("has internal notes that its agency cannot read, and status changes that are in the agency's log", async () => {
    const { id } = await createRequest();
    const [root] = await platform.database.withPlatform(
      "test seeds",
      (tx) => tx`insert into profiles (role, email, name) values ('super_admin', ${`${randomUUID()}@example.com`}, 'Root') returning id`,
    );
    const noted = await asRoot("PATCH", `/api/admin/requests/${id}`, { adminNotes: "N0TE", assignedTo: root?.id as string });
    assert.deepEqual([noted.body.adminNotes, noted.body.assignedTo], ["N0TE", root?.id]);
    assert.equal((await asRoot("PATCH", `/api/admin/requests/${id}`, { assignedTo: own.ids.profileId })).status, 404);
    await move(id, "rejected", { reason: "too small" });
    const log = await call(platform, { key: own.keys.agency_owner, method: "GET", path: `/api/agencies/${own.ids.agencyId}/audit?limit=5` });
    for (const answer of [log, await as(own, "GET", `/requests/${id}`), await as(own, "GET", "/requests"), await as(own, "GET", "/request-board")]) {
      assert.equal(answer.status, 200);
      assert.doesNotMatch(JSON.stringify(answer.body), /N0TE|adminNotes/);
    }
    assert.deepEqual([log.body.items[0].action, log.body.items[0].reason], ["platform-request.set-status", "too small"]);
  });
});

describe("the board", () => {
  test("shows all agencies what is requested, but not by whom or for which price", async () => {
    const { id } = await createRequest({ title: "Shared", useCase: "S3CRET", budgetRange: "$S3CRET", targetAudience: "S3CRET" });
    const find = async (agency: Agency) => (await as(agency, "GET", "/request-board?limit=100")).body.items.find((one: { id: string }) => one.id === id);
    assert.deepEqual([(await find(own)).isOwn, (await find(other)).isOwn, (await find(other)).title], [true, false, "Shared"]);
    assert.doesNotMatch(JSON.stringify(await find(other)), new RegExp(`S3CRET|${own.ids.agencyId}`));
  });

  test("takes one vote from each other agency, which can be withdrawn", async () => {
    const { id } = await createRequest();
    const voted = (await vote(other, id)).body;
    assert.deepEqual([voted.upvotes, voted.hasVoted], [1, true]);
    assert.equal((await vote(other, id)).body.code, "conflict");
    assert.equal((await vote(third, id)).body.upvotes, 2);
    assert.equal((await vote(own, id)).body.code, "conflict", "its own");
    const back = (await vote(other, id, "DELETE")).body;
    assert.deepEqual([back.upvotes, back.hasVoted], [1, false]);
    assert.equal((await vote(other, id, "DELETE")).body.code, "conflict");
    assert.equal((await vote(other, randomUUID())).status, 404);
  });

  test("counts concurrent votes once each", async () => {
    const { id } = await createRequest();
    const answers = await Promise.all([other, third, other, third, other, third].map((agency) => vote(agency, id)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 409, 409, 409, 409]);
    assert.equal((await as(own, "GET", `/requests/${id}`)).body.upvotes, 2);
  });

  test("takes no votes for closed requests until they are opened again", async () => {
    const { id } = await createRequest();
    await move(id, "rejected");
    assert.match((await vote(other, id)).body.detail, /rejected/);
    await move(id, "reviewing");
    assert.equal((await vote(other, id)).status, 200);
  });

  test("is sorted by votes, with pages", async () => {
    const titles = ["none", "one", "two"];
    const made = await Promise.all(titles.map((title) => createRequest({ title: `wanted by ${title}` })));
    await vote(other, made[1].id);
    for (const agency of [other, third]) await vote(agency, made[2].id);
    const seen: { id: string; upvotes: number }[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { body } = await as(own, "GET", `/request-board?order=votes&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items);
      cursor = body.next;
    }
    assert.equal(new Set(seen.map(({ id }) => id)).size, seen.length);
    assert.deepEqual(
      seen.map(({ upvotes }) => upvotes),
      seen.map(({ upvotes }) => upvotes).sort((a, b) => b - a),
    );
    for (const { id } of made) assert.ok(seen.some((one) => one.id === id));
    assert.equal((await as(own, "GET", "/request-board?order=votes&cursor=x")).body.code, "bad_request");
  });

  test("does not let one agency act for another", async () => {
    for (const path of ["/request-board", `/request-board/${own.ids.requestId}/vote`]) {
      const answer = await call(platform, {
        key: other.keys.agency_owner,
        method: path.endsWith("vote") ? "POST" : "GET",
        path: `/api/agencies/${third.ids.agencyId}${path}`,
      });
      assert.equal(answer.status, 404, path);
    }
  });
});
