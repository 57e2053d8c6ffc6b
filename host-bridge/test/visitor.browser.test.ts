import type { ShellToPageMessage } from "@dramac/contracts";
import { assert } from "chai";
import { createVisitor } from "../src/visitor.ts";

describe("visitor", () => {
  for (const answer of ["stored", null, undefined]) {
    it(`gets the credential from the page: ${answer}`, async () => {
      const sent: ShellToPageMessage[] = [];
      const visitor = createVisitor((message) => sent.push(message));
      const asked = visitor.ask();
      visitor.receive({ credential: answer });
      assert.equal((await asked).credential, answer);
      visitor.keep("fresh");
      assert.deepEqual(sent, [{ type: "VISITOR_ASK" }, { type: "VISITOR_KEEP", credential: "fresh" }]);
    });
  }

  it("gets the assertion of a signed-in person from the page", async () => {
    const visitor = createVisitor(() => undefined);
    const asked = visitor.ask();
    visitor.receive({ credential: null, assertion: "jwt" });
    assert.equal((await asked).assertion, "jwt");
  });

  it("has no credential and no assertion without a page", async () => {
    assert.deepEqual(await createVisitor(undefined).ask(), {});
  });

  it("stores nothing in the shell's own storage", async () => {
    const visitor = createVisitor(() => undefined);
    const before = localStorage.length;
    visitor.keep("fresh");
    assert.equal(localStorage.length, before);
  });
});
