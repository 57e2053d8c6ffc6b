import { createId, failureMessage, loadAll } from "@dramac/module-kit";
import { connect, RequestFailed, type StoredDocument } from "@dramac/sdk";
import { createConflictView } from "./conflict-view.ts";
import { toCsv } from "./csv.ts";
import { addDays, today } from "./day.ts";
import { differences } from "./difference.ts";
import { createEditor, type EditorOptions } from "./editor.ts";
import type { Draft, Invoice, Status } from "./invoice.ts";
import { createInvoiceView } from "./invoice-view.ts";
import { createListView } from "./list-view.ts";
import { formatMoney, shortAmount } from "./money.ts";
import { createNumbered } from "./numbering.ts";
import { invoicePdf } from "./pdf/invoice-pdf.ts";
import { drawPicture } from "./pdf/picture.ts";
import { invoicePage } from "./print-page.ts";
import { createScreen } from "./screen.ts";

type Stored = StoredDocument<Invoice>;
interface Settings {
  readonly numberPrefix: string;
  readonly paymentDays: number;
  readonly taxPercent: number;
  readonly paymentText: string;
}

const handle = await connect();
const settings = () => handle.settings as unknown as Settings;
const invoices = handle.storage<Invoice>("invoices");
const format = { locale: () => handle.locale || undefined, today: () => today(new Date(), handle.timeZone) };
const known = new Map<string, Stored>();
const screen = createScreen();
const list = createListView(format, { open: (id) => openInvoice(id, true), create: () => write(undefined, true), download: saveCsv });
let sender = "";
/** The invoice that is shown at the moment. */
let opened: { id: string; version: number; view: HTMLElement } | undefined;

const messageOf = (error: unknown) => failureMessage(error instanceof RequestFailed ? error.code : undefined, navigator.onLine);
const isCode = (error: unknown, code: string) => error instanceof RequestFailed && error.code === code;

function saveCsv(shown: readonly Invoice[]): void {
  handle.download(`invoices-${format.today()}`, new Blob([toCsv(shown)], { type: "text/csv" }));
}

const letterhead = () => ({ sender, paymentText: settings().paymentText, locale: format.locale() });

function savePdf(invoice: Invoice): void {
  const bytes = invoicePdf(invoice, { ...letterhead(), drawPicture });
  handle.download(invoice.label, new Blob([bytes], { type: "application/pdf" }));
}

async function print(invoice: Invoice): Promise<void> {
  try {
    const { url } = await handle.print(invoicePage(invoice, letterhead()));
    // A browser may have blocked the new tab; another click opens it.
    screen.say("The page to print is open in a new tab.", { action: { label: "Open it again", run: () => handle.openLink(url) } });
  } catch (error) {
    screen.say(`The page could not be made. ${messageOf(error)}`, { isBad: true });
  }
}

function showList(isMoved: boolean): void {
  opened = undefined;
  handle.setRoute("");
  list.render([...known.values()]);
  screen.show(list.view, isMoved ? list.heading : undefined);
}

function openInvoice(id: string, isMoved: boolean): void {
  const document = known.get(id);
  if (!document) return showList(isMoved);
  const { view, heading } = createInvoiceView(document, format, { back: () => showList(true), edit: (one) => write(one, true), mark, print, savePdf });
  opened = { id, version: document.version, view };
  handle.setRoute(id);
  screen.show(view, isMoved ? heading : undefined);
}

/** Adds a stored version. When this invoice is shown, the view is updated and keeps the focus. */
function keep(document: Stored): void {
  const { id, version } = document;
  if ((known.get(id)?.version ?? 0) > version) return;
  known.set(id, document);
  if (opened?.id === id && opened.version !== version && screen.isShown(opened.view)) openInvoice(id, opened.view.contains(window.document.activeElement));
  else if (screen.isShown(list.view)) list.render([...known.values()]);
}

async function mark({ id, version }: Stored, status: Status): Promise<void> {
  try {
    keep(await invoices.update(id, { status }, version));
    screen.say("");
  } catch (error) {
    if (!isCode(error, "precondition_failed")) return screen.say(messageOf(error), { isBad: true });
    await refresh(id);
    screen.say("Another member has changed this invoice. This is its current state.");
  }
}

/** Opens the form, for a new invoice or for a draft. A draft is only overwritten while it has the version that was opened. */
function write(of: Stored | undefined, isMoved: boolean): void {
  const issuedOn = format.today();
  const { paymentDays, taxPercent } = settings();
  const empty = {
    customer: "",
    email: "",
    address: "",
    note: "",
    issuedOn,
    dueOn: addDays(issuedOn, paymentDays),
    taxBasisPoints: Math.round(taxPercent * 100),
  };
  const key = createId();
  let base = of;
  const editor = createEditor({
    title: of ? `Edit ${of.data.label}` : "New invoice",
    currency: of?.data.currency ?? handle.currency,
    locale: format.locale(),
    start: of?.data ?? empty,
    save: (draft) => void save(draft),
    leave: () => (of ? openInvoice(of.id, true) : showList(true)),
  } satisfies EditorOptions);

  async function save(draft: Draft): Promise<void> {
    editor.setBusy(true);
    try {
      const saved = base
        ? await invoices.update(base.id, draft, base.version)
        : await createNumbered(invoices, { ...draft, key, currency: handle.currency }, settings().numberPrefix);
      known.set(saved.id, saved);
      screen.say("");
      openInvoice(saved.id, true);
    } catch (error) {
      if (base && isCode(error, "precondition_failed")) await choose(base, draft).catch((second) => editor.fail(messageOf(second)));
      else editor.fail(messageOf(error));
    }
    editor.setBusy(false);
  }

  async function choose({ id }: Stored, draft: Draft): Promise<void> {
    const theirs = await invoices.get(id);
    known.set(id, theirs);
    const { label, currency, status } = theirs.data;
    const formatLine = (line: Draft["lines"][number]) =>
      `${line.text}, ${shortAmount(line.quantityMilli, 3)} × ${formatMoney(line.unitCents, currency, format.locale())}`;
    const { view, heading } = createConflictView(label, differences(theirs.data, draft, formatLine), {
      keepMine:
        status === "draft"
          ? () => {
              base = theirs;
              screen.show(editor.view, editor.first);
              void save(draft);
            }
          : undefined,
      takeTheirs: () => openInvoice(id, true),
    });
    screen.show(view, heading);
  }

  opened = undefined;
  handle.setRoute(of ? of.id : "new");
  screen.say("");
  screen.show(editor.view, isMoved ? editor.first : undefined);
}

const refresh = async (id: string) => keep(await invoices.get(id));

async function load(): Promise<boolean> {
  try {
    const [all, client] = await Promise.all([loadAll(invoices), handle.request("GET", "/client") as Promise<{ name: string }>]);
    sender = client.name;
    for (const document of all) keep(document);
    screen.say("");
    return true;
  } catch (error) {
    screen.say(known.size ? `This may be out of date. ${messageOf(error)}` : `Invoices could not be loaded. ${messageOf(error)}`, {
      isBad: true,
      action: { label: "Try again", run: () => void start() },
    });
    return false;
  }
}

/** Routes of the widget's links that show the invoices of one state. */
const FILTERS = new Map<string, "sent" | "overdue">([
  ["=open", "sent"],
  ["=overdue", "overdue"],
]);

async function start(): Promise<void> {
  screen.say("Loading invoices …");
  // When a view is shown already, it stays: the member may be writing in it.
  if (!(await load()) || !screen.isEmpty()) return;
  const { route } = handle;
  if (known.has(route)) return openInvoice(route, false);
  if (route === "new") return write(undefined, false);
  const filter = FILTERS.get(route);
  if (filter) list.filter(filter);
  showList(false);
}

handle.on("context", ({ visible }) => {
  // A hidden page may have missed changes.
  if (visible) void load();
});
addEventListener("offline", () => screen.say("You are offline. The invoices may be out of date; your input stays until you are back."));
addEventListener("online", () => void start());
document.body.append(screen.main);
handle.ready();
invoices.subscribe(({ id }) => void refresh(id).catch(() => undefined));
await start();
