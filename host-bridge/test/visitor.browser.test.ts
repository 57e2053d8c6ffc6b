import type { ShellToPageMessage } from "@dramac/contracts";
import { assert } from "chai";
import { createVisitor } from "../src/visitor.ts";

describe("visitor", () => {
  for (const answer of ["kept", null, undefined]) {
    it(`is whom the page says: ${answer}`, async () => {
      const said: ShellToPageMessage[] = [];
      const visitor = createVisitor((message) => said.push(message));
      const asked = visitor.ask();
      visitor.receive({ type: "VISITOR", credential: answer });
      assert.equal(await asked, answer);
      visitor.keep("fresh");
      assert.deepEqual(said, [{ type: "VISITOR_ASK" }, { type: "VISITOR_KEEP", credential: "fresh" }]);
    });
  }

  it("has agreed to nothing where there is no page to say so", async () => {
    assert.isUndefined(await createVisitor(undefined).ask());
  });

  it("leaves nothing in the shell's own storage", async () => {
    const visitor = createVisitor(() => undefined);
    const before = localStorage.length;
    visitor.keep("fresh");
    assert.equal(localStorage.length, before);
  });
});
