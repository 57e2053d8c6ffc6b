import type { ShellToPageMessage } from "@dramac/contracts";
import { assert } from "chai";
import { createVisitor } from "../src/visitor.ts";

describe("visitor", () => {
  for (const answer of ["kept", null, undefined]) {
    it(`is whom the page says: ${answer}`, async () => {
      const said: ShellToPageMessage[] = [];
      const visitor = createVisitor((message) => said.push(message));
      const asked = visitor.ask();
      visitor.receive({ credential: answer });
      assert.equal((await asked).credential, answer);
      visitor.keep("fresh");
      assert.deepEqual(said, [{ type: "VISITOR_ASK" }, { type: "VISITOR_KEEP", credential: "fresh" }]);
    });
  }

  it("may be somebody whom the page's backend vouches for", async () => {
    const visitor = createVisitor(() => undefined);
    const asked = visitor.ask();
    visitor.receive({ credential: null, assertion: "jwt" });
    assert.equal((await asked).assertion, "jwt");
  });

  it("has agreed to nothing where there is no page to say so", async () => {
    assert.deepEqual(await createVisitor(undefined).ask(), {});
  });

  it("leaves nothing in the shell's own storage", async () => {
    const visitor = createVisitor(() => undefined);
    const before = localStorage.length;
    visitor.keep("fresh");
    assert.equal(localStorage.length, before);
  });
});
