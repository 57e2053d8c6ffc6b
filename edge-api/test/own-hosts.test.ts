import assert from "node:assert/strict";
import { test } from "node:test";
import { createOwnHosts } from "../src/outgoing/own-hosts.ts";

const addresses = { platform: "https://app.connect.com", frames: "https://{installation}.frames-of-connect.com", media: "https://media.connect.com" };
const isOwn = createOwnHosts(addresses, ["postgres://me:word@db.connect.com:5432/main", undefined, "smtp://mail.connect.com:25", "no address"]);

test("64: recognises the hosts of the deployment: its addresses, its frames hosts, its database and its mail server", () => {
  for (const host of ["app.connect.com", "media.connect.com", "frames-of-connect.com", "i1.frames-of-connect.com", "db.connect.com", "mail.connect.com"]) {
    assert.ok(isOwn(host), host);
  }
  for (const host of ["connect.com", "api.connect.com", "other-frames-of-connect.com", "me", "main"]) assert.ok(!isOwn(host), host);
});
