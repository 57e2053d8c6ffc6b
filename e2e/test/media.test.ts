import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { after, before, beforeEach, describe, test } from "node:test";
import { MEDIA_LIMITS, STORAGE_LIMITS } from "@dramac/contracts";
import sharp from "sharp";
import { dialPort } from "../src/index.ts";
import { type MediaPlatform, startMediaPlatform } from "./media-platform.ts";

const MEBIBYTE = 1_048_576;
const SCRIPT = "<script>alert(document.domain)</script>";

let at: MediaPlatform;
let visitor = "";
let member = "";
before(async () => {
  at = await startMediaPlatform();
  member = at.platform.seeded.keys.agencyOwner;
});
after(() => at?.platform.close());
beforeEach(async () => {
  await change("delete from module_media");
  visitor = await at.newVisitor();
});

const change = (query: string) => at.platform.database.withPlatform("test change", (tx) => tx.unsafe(query));
const used = async (counter: string) => Number((await change(`select bytes from module_storage_usage where visitor_sub = '${counter}'`))[0]?.bytes ?? 0);

const picture = (width = 40, height = 30) => sharp({ create: { width, height, channels: 3, background: "teal" } });
const codeOf = async (bytes: Uint8Array | string, type: string) => (await at.upload(visitor, bytes, type)).body.code as string;
/** CSV that compresses to nothing else's hash. */
const table = (size: number) => Buffer.from(`${randomBytes(8).toString("hex")},`.padEnd(size, "1,"));

describe("images", () => {
  for (const [format, type, storedType] of [
    ["jpeg", "image/jpeg", "image/jpeg"],
    ["png", "image/png", "image/png"],
    ["webp", "image/webp", "image/webp"],
    ["gif", "image/gif", "image/png"],
  ] as const) {
    test(`a ${format} is encoded again and served by the hash of the stored bytes, with any name and claimed type`, async () => {
      const bytes = await picture().toFormat(format).toBuffer();
      for (const claimed of [type, "text/html", ""]) {
        const { status, body } = await at.upload(visitor, bytes, claimed, { name: "évil.html" });
        assert.deepEqual([status, body.type, body.width, body.height], [201, storedType, 40, 30]);
        const served = await at.get(body.url);
        assert.deepEqual([served.status, served.headers["content-type"], served.headers["content-disposition"]], [200, storedType, "inline"]);
        assert.equal(createHash("sha256").update(served.bytes).digest("hex"), body.hash);
        assert.equal(served.bytes.length, body.size);
        const { channels } = await sharp(served.bytes).stats();
        assert.ok(Math.abs((channels[1]?.mean ?? 0) - 128) < 4, "teal has half of green");
      }
    });
  }

  test("the location and the camera are removed, and the picture is upright", async () => {
    const exif = { IFD0: { Make: "Camera of Ada" }, IFD3: { GPSLatitude: "52/1 31/1 0/1", GPSLatitudeRef: "N" } };
    const bytes = await picture().withExif(exif).withMetadata({ orientation: 6 }).withXmp("<x>Ada</x>").jpeg().toBuffer();
    const before = await sharp(bytes).metadata();
    assert.ok(before.exif && before.xmp && before.orientation === 6);
    assert.match(bytes.toString("latin1"), /Camera of Ada/);
    const { body } = await at.upload(visitor, bytes, "image/jpeg");
    const served = await at.get(body.url);
    const { exif: left, xmp, iptc, icc, orientation, width, height } = await sharp(served.bytes).metadata();
    assert.deepEqual([left, xmp, iptc, icc, orientation, width, height], [undefined, undefined, undefined, undefined, undefined, 30, 40]);
    assert.doesNotMatch(served.bytes.toString("latin1"), /Ada|Exif|GPS/);
  });

  test("data after or inside a picture is removed", async () => {
    const tail = Buffer.from(`${SCRIPT}PK\x03\x04`);
    const polyglots = [
      Buffer.concat([await picture().png().toBuffer(), tail]),
      Buffer.concat([await picture().jpeg().toBuffer(), tail]),
      Buffer.concat([await picture().gif().toBuffer(), tail]),
      withComment(await picture().jpeg().toBuffer(), SCRIPT),
    ];
    for (const bytes of polyglots) {
      const { status, body } = await at.upload(visitor, bytes, "image/png");
      assert.equal(status, 201);
      const served = (await at.get(body.url)).body;
      assert.ok(!served.includes("script") && !served.includes("PK\x03"));
    }
  });

  test("only the first frame of an animation is stored", async () => {
    const frames = await Promise.all(
      ["red", "blue"].map((background) =>
        sharp({ create: { width: 20, height: 20, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    for (const format of ["gif", "webp"] as const) {
      const bytes = await sharp(frames, { join: { animated: true } })
        .toFormat(format, { lossless: true } as never)
        .toBuffer();
      assert.equal((await sharp(bytes).metadata()).pages, 2);
      const served = await at.get((await at.upload(visitor, bytes, `image/${format}`)).body.url);
      const { pages, height } = await sharp(served.bytes).metadata();
      assert.deepEqual([pages ?? 1, height], [1, 20]);
      const [red, , blue] = (await sharp(served.bytes).stats()).channels;
      assert.ok((red?.mean ?? 0) > 240 && (blue?.mean ?? 255) < 15);
    }
  });

  test("a decompression bomb is refused before it is decoded; a picture of 25 million pixels is stored in a smaller size", async () => {
    const bombs = [
      await picture(6_000, 6_000).png().toBuffer(),
      await picture(6_000, 6_000).webp({ effort: 0 }).toBuffer(),
      withSize(await picture().png().toBuffer(), 60_000),
    ];
    const before = process.memoryUsage().rss;
    for (const bytes of bombs) {
      assert.ok(bytes.length < MEBIBYTE);
      const { status, body } = await at.upload(visitor, bytes, "image/png");
      assert.deepEqual([status, body.code], [413, "payload_too_large"]);
    }
    assert.ok(process.memoryUsage().rss - before < 40 * MEBIBYTE);
    const { body } = await at.upload(visitor, await picture(5_000, 5_000).jpeg().toBuffer(), "image/jpeg");
    assert.deepEqual([body.width, body.height], [4_096, 4_096]);
  });

  test("a truncated or damaged picture is refused", async () => {
    const bytes = await sharp(randomBytes(100 * 100 * 3), { raw: { width: 100, height: 100, channels: 3 } })
      .png()
      .toBuffer();
    assert.equal(await codeOf(bytes.subarray(0, bytes.length / 2), "image/png"), "unsupported_media_type");
    assert.equal(await codeOf(bytes.subarray(0, 8), "image/png"), "unsupported_media_type");
    assert.equal((await at.upload(visitor, bytes, "image/png")).status, 201);
  });
});

describe("other files", () => {
  for (const [type, text] of [
    ["application/pdf", "%PDF-1.7\n…"],
    ["application/json", '{"a":1}'],
    ["text/csv; charset=utf-8", "a;ü\n1;2\n"],
    ["text/plain", `a text\twith ${SCRIPT}\r\n`],
  ] as const) {
    test(`${type} is stored unchanged, and served as a download`, async () => {
      const { status, body } = await at.upload(visitor, text, type);
      assert.equal(status, 201);
      const { headers, body: served } = await at.get(body.url);
      assert.equal(served, text);
      assert.deepEqual([String(headers["content-type"]).split(";")[0], headers["content-disposition"]], [type.split(";")[0], "attachment"]);
    });
  }

  for (const [what, type, bytes] of [
    ["a page that is called a picture", "image/png", `<!doctype html>${SCRIPT}`],
    ["a page", "text/html", `<!doctype html>${SCRIPT}`],
    ["a drawing with a script", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`],
    ["a drawing that is called a PNG", "image/png", `<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`],
    ["a page that is called a PDF", "application/pdf", `${SCRIPT}%PDF-1.7`],
    ["a script", "text/javascript", "alert(1)"],
    ["JSON that is none", "application/json", "{"],
    ["a program that is called a text", "text/plain", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])],
    ["half of a character", "text/plain", Buffer.from([0x61, 0xc3])],
    ["a TIFF", "image/tiff", Buffer.from("49492a0008000000", "hex")],
    ["nothing said", "", "text"],
  ] as const) {
    test(`${what} is refused`, async () => {
      const { status, body } = await at.upload(visitor, bytes, type);
      assert.deepEqual([status, body.code], [415, "unsupported_media_type"]);
    });
  }
});

describe("permission to upload", () => {
  test("a visitor into a collection that lets visitors create, a member where members may", async () => {
    assert.equal((await at.upload(visitor, "a", "text/plain")).status, 201);
    assert.equal((await at.upload(member, "b", "text/plain", { collection: "staff" })).status, 201);
    assert.equal((await at.upload(visitor, "a", "text/plain", { collection: "staff" })).body.code, "collection_denied");
    for (const collection of ["other", "__proto__"]) assert.equal((await at.upload(member, "a", "text/plain", { collection })).body.code, "unknown_collection");
  });

  test("no caller from another origin, with an invalid token, or with an invalid name", async () => {
    assert.equal((await at.upload(visitor, "a", "text/plain", { headers: { origin: "http://shop.example" } })).body.code, "origin_not_allowed");
    assert.equal((await at.upload("made-up", "a", "text/plain")).body.code, "unauthorized");
    for (const name of ["", "a\nb", "a".repeat(201)]) {
      const { status, body } = await at.upload(visitor, "a", "text/plain", { name });
      assert.deepEqual([status, body.faults[0].path], [422, "/name"]);
    }
  });

  test("no caller without access:storage", async () => {
    const grant = (list: string) => change(`update site_module_installations set granted_permissions = array[${list}], grants_epoch = grants_epoch + 1`);
    await grant("'read:site'");
    await waitUntil(async () => (await at.upload(member, "a", "text/plain")).body.code === "permission_denied");
    await grant("'read:site', 'access:storage'");
    await waitUntil(async () => (await at.upload(member, "a", "text/plain")).status === 201);
  });
});

test("an upload as JSON is refused, and the answer names the right endpoint", async () => {
  const answer = await dialPort(at.platform.port, `/api/modules/${at.id}/proxy`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${member}` },
    body: JSON.stringify({ requestId: 1, method: "PUT", endpoint: "/media", data: "a" }),
  });
  assert.equal(answer.status, 415);
  assert.match(answer.body, /UPLOAD/);
});

describe("permission to delete", () => {
  test("visitors may delete their own files, members those that their rules allow; the space is then free and the file is gone", async () => {
    const { body } = await at.upload(visitor, "a", "text/plain");
    const { body: staff } = await at.upload(member, "b", "text/plain", { collection: "staff" });
    for (const [token, hash] of [
      [await at.newVisitor(), body.hash],
      [visitor, staff.hash],
      [member, staff.hash],
      [visitor, "0".repeat(64)],
    ] as const) {
      assert.deepEqual((await at.remove(token, hash)).body.code, "not_found");
    }
    assert.equal((await at.get(body.url)).status, 200);
    assert.equal((await at.remove(visitor, body.hash)).body.status, 204);
    assert.deepEqual([(await at.get(body.url)).status, await used(""), await used("media/")], [404, 1, 0]);
    const again = await at.upload(visitor, "a", "text/plain");
    assert.equal((await at.remove(member, again.body.hash)).body.status, 204);
  });
});

describe("storage limits", () => {
  test("ten mebibytes are accepted, and a byte more is refused by its announced or actual size", async () => {
    assert.equal((await at.upload(member, table(10 * MEBIBYTE), "text/csv")).status, 201);
    for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
      const { status, body } = await at.upload(member, table(10 * MEBIBYTE + 1), "text/csv", { headers });
      assert.deepEqual([status, body.code], [413, "payload_too_large"]);
    }
  });

  test("of twenty concurrent uploads only those that fit are stored", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => at.upload(member, table(4 * MEBIBYTE), "text/csv")));
    assert.deepEqual([all.filter(({ status }) => status === 201).length, all.filter(({ body }) => body.code === "quota_exceeded").length], [12, 8]);
    assert.equal(await used(""), 48 * MEBIBYTE);
    assert.equal(Number((await change("select sum(octet_length(bytes)) as all from module_media"))[0]?.all), 48 * MEBIBYTE);
    await change("delete from module_media");
    assert.equal(await used(""), 0);
    assert.equal((await at.upload(member, table(4 * MEBIBYTE), "text/csv")).status, 201);
  });

  test("a visitor can fill its own share, all visitors together half, and members can still upload", async () => {
    const send = (token: string) => at.upload(token, table(5 * MEBIBYTE), "text/csv");
    for (const expected of [201, 201, 429]) assert.equal((await send(visitor)).status, expected);
    const others = [await at.newVisitor(), await at.newVisitor()];
    for (const [token, expected] of [
      [others[0], 201],
      [others[0], 201],
      [others[1], 201],
      [others[1], 429],
      [member, 201],
    ] as const) {
      assert.equal((await send(token ?? "")).status, expected);
    }
    assert.deepEqual([await used("media/"), await used("")], [25 * MEBIBYTE, 30 * MEBIBYTE]);
    const limits = await change("select distinct limit_bytes::int as limit from module_storage_usage order by 1");
    const { visitorBytes, visitorsBytes } = MEDIA_LIMITS;
    assert.deepEqual(
      limits.map(({ limit }) => limit),
      [visitorBytes, visitorsBytes, STORAGE_LIMITS.installationBytes],
    );
  });

  test("the same file again takes no more space, and has the same address", async () => {
    const bytes = table(1_000);
    const [first, again] = [await at.upload(visitor, bytes, "text/csv"), await at.upload(member, bytes, "text/plain")];
    assert.deepEqual(again, first);
    assert.equal(await used(""), 1_000);
  });
});

describe("the media host", () => {
  test("serves a file only under its own address", async () => {
    const { body } = await at.upload(visitor, await picture().png().toBuffer(), "image/png");
    assert.equal((await at.get(`/${body.hash}.png`)).status, 200);
    assert.deepEqual([(await at.get(`/${body.hash}.png`, "HEAD")).status, (await at.get(`/${body.hash}.png`, "HEAD")).bytes.length], [200, 0]);
    const wrong = [
      `/${body.hash}.jpg`,
      `/${body.hash}`,
      `/${body.hash}.png?x`,
      `/x/../${body.hash}.png`,
      `/%2e/${body.hash}.png`,
      `/${body.hash.toUpperCase()}.png`,
    ];
    for (const path of [...wrong, `/${"0".repeat(64)}.png`, "/", "/livez", "/openapi.json"]) {
      const { status, headers } = await at.get(path);
      assert.deepEqual([status, headers["cache-control"], headers["content-security-policy"]], [404, "no-store", "sandbox; default-src 'none'"], path);
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) assert.equal((await at.get(`/${body.hash}.png`, method)).status, 404);
  });

  test("serves no file of a killed module, an uninstalled installation or a suspended agency, and all files when they are back", async () => {
    const { body } = await at.upload(visitor, "a", "text/plain");
    for (const [off, on] of [
      ["update modules set killed_at = now()", "update modules set killed_at = null"],
      ["update site_module_installations set uninstalled_at = now()", "update site_module_installations set uninstalled_at = null"],
      ["update agencies set status = 'suspended'", "update agencies set status = 'active'"],
    ] as const) {
      await change(off);
      assert.equal((await at.get(body.url)).status, 404, off);
      await change(on);
      assert.equal((await at.get(body.url)).status, 200, on);
    }
    await change("delete from site_module_installations");
    assert.equal((await at.get(body.url)).status, 404);
  });
});

/** A JPEG with a comment after its first marker. */
function withComment(jpeg: Buffer, text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, Buffer.from(text), jpeg.subarray(2)]);
}

/** A PNG whose head says that it is this wide and high. */
function withSize(png: Buffer, edge: number): Buffer {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(edge, 16);
  bytes.writeUInt32BE(edge, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

/** Waits until the node has heard of a change. */
async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 2_000;
  while (!(await isSo())) assert.ok(Date.now() < until, "it did not take effect within two seconds");
}
