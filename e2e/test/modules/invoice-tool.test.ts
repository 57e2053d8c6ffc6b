import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import type { Frame, Page } from "playwright-core";
import { assertSound, picture } from "./appearance.ts";
import { type MembersHarness, openMembersHarness } from "./members-harness.ts";

let harness: MembersHarness;
before(async () => {
  harness = await openMembersHarness({ surface: "portal", slug: "invoice-tool", level: "client", settings: { paymentText: "Please pay to account 12 34." } });
});
after(() => harness?.close());

const openPage = async (member: string, path = "/") => harness.open(await harness.signIn(member), path, "h2");

/** Writes one invoice of one line, and saves it. */
async function write(frame: Frame, customer: string, { unit = "100", quantity = "1", issued = "", due = "" } = {}): Promise<void> {
  await frame.getByRole("button", { name: "New invoice" }).click();
  await frame.getByLabel("Customer").fill(customer);
  await frame.getByLabel("Description").fill("Website");
  await frame.getByLabel("Quantity").fill(quantity);
  await frame.getByLabel("Unit price").fill(unit);
  if (issued) await frame.getByLabel("Issued").fill(issued);
  if (due) await frame.getByLabel("Due").fill(due);
  await frame.getByRole("button", { name: "Save draft" }).click();
  await frame.getByRole("button", { name: "Edit" }).waitFor();
}

const numbers = async (): Promise<number[]> =>
  (
    await harness.platform.database.withTenant(
      harness.agency.ids.agencyId as string,
      (tx) =>
        tx`select data->>'number' as number from module_documents where installation_id = ${harness.installation} and collection = 'invoices' order by (data->>'number')::int`,
    )
  ).map(({ number }) => Number(number));

async function saved(page: Page, click: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

describe("a member", () => {
  test("is told that there is nothing yet, writes the first invoice, and its totals follow every key", async () => {
    const { frame } = await openPage("ada");
    await frame.getByText("There are no invoices yet.").waitFor();
    await frame.getByRole("button", { name: "New invoice" }).click();
    await frame.getByRole("button", { name: "Save draft" }).click();
    await frame.getByText("Who is it for?").waitFor();
    assert.equal(await frame.getByLabel("Customer").evaluate((input) => input === document.activeElement), true);
    await frame.getByLabel("Customer").fill("Mill & Co.");
    await frame.getByLabel("Description").fill("Website");
    await frame.getByLabel("Quantity").fill("1,5");
    await frame.getByLabel("Unit price").fill("33.33");
    assert.match((await frame.locator("output.total").textContent()) ?? "", /60\.00/);
    await frame.getByRole("button", { name: "Add a line" }).click();
    await frame.getByLabel("Description").last().fill("Hosting");
    await frame.getByLabel("Unit price").last().fill("10");
    await frame.getByRole("button", { name: "Save draft" }).click();
    await frame.getByRole("heading", { name: "INV-0001" }).waitFor();
    assert.match((await frame.locator(".whole").textContent()) ?? "", /72\.00/);
    await frame.page().context().close();
  });

  test("edits drafts, marks them as sent and paid, and edits them no more", async () => {
    const { frame } = await openPage("ada");
    await frame.getByRole("button", { name: "INV-0001" }).click();
    await frame.getByRole("button", { name: "Edit" }).click();
    await frame.getByRole("button", { name: "Remove line 2" }).click();
    await frame.getByRole("button", { name: "Save draft" }).click();
    await frame.getByRole("button", { name: "Mark as sent" }).click();
    await frame.getByRole("button", { name: "Mark as paid" }).waitFor();
    assert.equal(await frame.getByRole("button", { name: "Edit" }).count(), 0);
    await frame.getByRole("button", { name: "Mark as paid" }).click();
    await frame.locator(".chip.paid").waitFor();
    assert.equal(await frame.getByRole("button", { name: "Cancel invoice" }).count(), 0);
    await frame.page().context().close();
  });

  test("downloads the list as CSV without active formulas, and an invoice as a document", async () => {
    const { page, frame } = await openPage("ada");
    await write(frame, "=HYPERLINK(1)");
    const pdf = await saved(page, () => frame.getByRole("button", { name: "Download PDF" }).click());
    assert.equal(pdf.name, "INV-0002.pdf");
    const text = pdf.bytes.toString("latin1");
    assert.match(text, /^%PDF-1\.4/);
    for (const expected of ["INV-0002", "Harbour", "Please pay to account 12 34."]) assert.ok(text.includes(expected), expected);
    await page.context().addInitScript(() => (window.print = () => undefined));
    const [paper] = await Promise.all([page.context().waitForEvent("page"), frame.getByRole("button", { name: "Print" }).click()]);
    await paper.getByRole("heading", { name: "Invoice INV-0002" }).waitFor();
    assert.match(await paper.title(), /^INV-0002 /);
    for (const expected of ["=HYPERLINK(1)", "Website", "Please pay to account 12 34.", "draft"]) await paper.getByText(expected).first().waitFor();
    await picture(paper, "invoice-tool", "paper", "body");
    await paper.close();
    await frame.getByRole("button", { name: "Open it again" }).waitFor();
    await frame.getByRole("button", { name: "All invoices" }).click();
    const csv = await saved(page, () => frame.getByRole("button", { name: "Export CSV" }).click());
    assert.match(csv.name, /^invoices-\d{4}-\d\d-\d\d\.csv$/);
    assert.notEqual(csv.bytes[0], 0xef);
    const lines = csv.bytes.toString("utf8").split("\r\n");
    assert.match(lines[1] ?? "", /^INV-0002,draft,'=HYPERLINK\(1\),/);
    assert.match(lines[2] ?? "", /^INV-0001,paid,Mill & Co\.,.*,50\.00,10\.00,60\.00$/);
    await page.context().close();
  });
});

describe("two members", () => {
  test("who write at once get numbers that follow each other, without a gap", async () => {
    const before = (await numbers()).length;
    const pages = await Promise.all(["ada", "grace", "edsger"].map((member) => openPage(member)));
    await Promise.all(pages.map(({ frame }, index) => write(frame, `At once ${index}`)));
    const all = await numbers();
    assert.equal(all.length, before + 3);
    assert.deepEqual(
      all,
      all.map((_, index) => index + 1),
    );
    for (const { page } of pages) await page.context().close();
  });

  test("see each other's changes as they come", async () => {
    const [ada, grace] = [await openPage("ada"), await openPage("grace")];
    await write(ada.frame, "Seen by Grace");
    await grace.frame.getByText("Seen by Grace").waitFor();
    await ada.page.context().close();
    await grace.page.context().close();
  });

  test("who edit the same draft are shown both, and choose", async () => {
    const [ada, grace] = [await openPage("ada"), await openPage("grace")];
    await write(ada.frame, "Contested");
    await grace.frame.locator("tr", { hasText: "Contested" }).getByRole("button").click();
    for (const { frame } of [ada, grace]) await frame.getByRole("button", { name: "Edit" }).click();
    await ada.frame.getByLabel("Customer").fill("Contested by Ada");
    await grace.frame.getByLabel("Customer").fill("Contested by Grace");
    await ada.frame.getByRole("button", { name: "Save draft" }).click();
    await ada.frame.getByRole("button", { name: "Edit" }).waitFor();
    await grace.frame.getByRole("button", { name: "Save draft" }).click();
    await grace.frame.getByText("Another member changed this invoice").waitFor();
    const both = grace.frame.locator("tr", { hasText: "Customer" });
    assert.match((await both.textContent()) ?? "", /Contested by Ada.*Contested by Grace/);
    await assertSound(grace.frame, "a conflict");
    await grace.page.waitForTimeout(300);
    await picture(grace.page, "invoice-tool", "conflict", harness.selector);
    await grace.frame.getByRole("button", { name: "Save mine over it" }).click();
    await grace.frame.getByText("Contested by Grace").waitFor();
    await ada.frame.getByText("Contested by Grace").waitFor();
    await ada.page.context().close();
    await grace.page.context().close();
  });

  test("of whom one has sent the draft meanwhile: the other one's text is shown beside it, and cannot replace it", async () => {
    const [ada, grace] = [await openPage("ada"), await openPage("grace")];
    await write(ada.frame, "Sent meanwhile");
    await grace.frame.locator("tr", { hasText: "Sent meanwhile" }).getByRole("button").click();
    await grace.frame.getByRole("button", { name: "Edit" }).click();
    await ada.frame.getByRole("button", { name: "Mark as sent" }).click();
    await ada.frame.getByRole("button", { name: "Mark as paid" }).waitFor();
    await grace.frame.getByLabel("Customer").fill("Too late");
    await grace.frame.getByRole("button", { name: "Save draft" }).click();
    await grace.frame.getByText("is no draft any more").waitFor();
    assert.equal(await grace.frame.getByRole("button", { name: "Save mine over it" }).count(), 0);
    assert.match((await grace.frame.locator(".conflict table").textContent()) ?? "", /Too late/);
    await ada.page.context().close();
    await grace.page.context().close();
  });
});

describe("with a bad connection", () => {
  test("typed text is not lost, and a second try stores it once", async () => {
    const before = (await numbers()).length;
    const { page, frame } = await openPage("ada");
    await frame.getByRole("button", { name: "New invoice" }).click();
    await frame.getByLabel("Customer").fill("Patient");
    await frame.getByLabel("Description").fill("Waiting");
    await frame.getByLabel("Unit price").fill("5");
    await page.context().route("**/proxy", (route) => route.abort());
    await frame.getByRole("button", { name: "Save draft" }).click();
    await frame.locator("form .status", { hasText: /try again/i }).waitFor();
    assert.equal(await frame.getByLabel("Customer").inputValue(), "Patient");
    await page.context().unroute("**/proxy");
    // This time the invoice is stored, and only the answer is lost.
    let isLost = false;
    await page.context().route("**/proxy", async (route) => {
      const answer = await route.fetch();
      if (!isLost && route.request().postData()?.includes('"POST"')) {
        isLost = true;
        return route.abort();
      }
      return route.fulfill({ response: answer });
    });
    await frame.getByRole("button", { name: "Save draft" }).click();
    await frame.locator("form .status", { hasText: /try again/i }).waitFor();
    await page.context().unroute("**/proxy");
    await frame.getByRole("button", { name: "Save draft" }).click();
    await frame.getByRole("button", { name: "Edit" }).waitFor();
    assert.equal((await numbers()).length, before + 1);
    await page.context().close();
  });

  test("the author is told when the connection is lost, and can go on writing when it is back", async () => {
    const { page, frame } = await openPage("ada");
    await frame.getByRole("button", { name: "New invoice" }).click();
    await frame.getByLabel("Customer").fill("Traveller");
    await page.context().setOffline(true);
    await frame.getByText("You are offline.").waitFor();
    await page.context().setOffline(false);
    await frame.getByText("You are offline.").waitFor({ state: "detached" });
    assert.equal(await frame.getByLabel("Customer").inputValue(), "Traveller");
    await page.context().close();
  });

  test("the list says that it could not be loaded, and loads with another try", async () => {
    const context = await harness.signIn("ada");
    await context.route("**/proxy", (route) => route.abort());
    const { frame } = await harness.open(context, "/", "main");
    await frame.getByText("Invoices could not be loaded.").waitFor();
    await context.unroute("**/proxy");
    await frame.getByRole("button", { name: "Try again" }).click();
    await frame.getByRole("button", { name: "INV-0001" }).waitFor();
    await context.close();
  });
});

describe("the widget", () => {
  test("shows what is open and overdue, follows changes, and its links lead to them", async () => {
    const { page, frame } = await openPage("ada");
    await write(frame, "Late", { issued: "2026-01-01", due: "2026-01-15", unit: "1000" });
    await frame.getByRole("button", { name: "Mark as sent" }).click();
    await frame.getByRole("button", { name: "Mark as paid" }).waitFor();
    const home = await harness.open(page.context(), "/home", ".widget");
    await home.frame.getByRole("link", { name: "1 overdue" }).waitFor();
    assert.match((await home.frame.locator(".sum").textContent()) ?? "", /1,320\.00/);
    await home.page.waitForTimeout(500);
    await picture(home.page, "invoice-tool", "widget", harness.selector);
    await home.frame.getByRole("link", { name: "1 overdue" }).click();
    await home.page.waitForURL(/\/m\/invoice-tool\?dramac-invoice-tool=/);
    await page.bringToFront();
    const again = await harness.open(page.context(), "/m/invoice-tool?dramac-invoice-tool=%3Doverdue", "table");
    assert.equal(await again.frame.locator("tbody tr").count(), 1);
    await frame.getByRole("button", { name: "Mark as paid" }).click();
    await again.frame.getByText("No invoice matches.").waitFor();
    await page.context().close();
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [320, 768, 1200]) {
    test(`${colorScheme}, ${width} px: list, form with faults, and invoice are sound`, async () => {
      const context = await harness.signIn("ada", { viewport: { width, height: width === 320 ? 1_400 : 900 }, colorScheme });
      const { page, frame } = await harness.open(context, "/", "table");
      const keep = async (name: string) => {
        await page.waitForTimeout(300);
        if (colorScheme === "light" && width === 768) await picture(page, "invoice-tool", name, harness.selector);
        if (colorScheme === "dark" && width === 320) await picture(page, "invoice-tool", `${name}-dark-narrow`, harness.selector);
      };
      await assertSound(frame, "the list");
      await keep("list");
      await frame.getByRole("button", { name: "INV-0001" }).click();
      await assertSound(frame, "an invoice");
      await keep("invoice");
      await frame.getByRole("button", { name: "All invoices" }).click();
      await frame.getByRole("button", { name: "New invoice" }).click();
      await frame.getByRole("button", { name: "Save draft" }).click();
      await assertSound(frame, "the form with faults");
      await keep("form");
      const home = await harness.open(context, "/home", ".widget");
      await assertSound(home.frame, "the widget");
      await context.close();
    });
  }
}
