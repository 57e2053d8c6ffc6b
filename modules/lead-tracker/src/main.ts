import { createId, failureMessage, loadAll } from "@dramac/module-kit";
import { connect, RequestFailed } from "@dramac/sdk";
import { createBoardView } from "./board-view.ts";
import { createConflictView, differences } from "./conflict-view.ts";
import { type Lead, type Stage, STAGE_NAMES, stageBeside } from "./lead.ts";
import { createLeadForm } from "./lead-form.ts";
import { createLeadStore, type Stored } from "./lead-store.ts";
import { formatMoney } from "./money.ts";
import { createScreen } from "./screen.ts";

const EMPTY: Lead = { name: "", email: "", company: "", valueCents: 0, stage: "new", notes: "" };

const handle = await connect();
const leads = handle.storage<Lead>("leads");
const screen = createScreen();
const store = createLeadStore(leads, () => board.render(store.list()));
const money = (cents: number) => formatMoney(cents, handle.currency, handle.locale || undefined);
const board = createBoardView(money, store.isMoving, {
  open: (id) => write(store.get(id), true),
  create: () => write(undefined, true),
  move: (id, stage) => void move(id, stage),
  step: (id, steps) => void move(id, stageBeside(store.stageOf(id) ?? "new", steps)),
});

const codeOf = (error: unknown) => (error instanceof RequestFailed ? error.code : undefined);
const messageOf = (error: unknown) => failureMessage(codeOf(error), navigator.onLine);

async function move(id: string, stage: Stage): Promise<void> {
  const name = store.get(id)?.data.name ?? "";
  if (store.stageOf(id) === stage) return screen.say(`${name} is in ${STAGE_NAMES[stage]} already.`);
  screen.say(`${name}: ${STAGE_NAMES[stage]}.`);
  const outcome = await store.move(id, stage);
  if (outcome.kind === "moved") return;
  if (outcome.kind === "deleted") return screen.say(`${name} was deleted by another member.`);
  if (outcome.kind === "overtaken") {
    return screen.say(`Another member has changed ${name}. It is in ${STAGE_NAMES[outcome.lead.data.stage]} now; move it again if that is not right.`);
  }
  const back = STAGE_NAMES[store.stageOf(id) ?? "new"];
  screen.say(`${name} is back in ${back}. ${messageOf(outcome.error)}`, { isBad: true, onRetry: () => void move(id, stage) });
}

function showBoard(isMoved: boolean): void {
  handle.setRoute("");
  board.render(store.list());
  screen.show(board.view, isMoved ? board.heading : undefined);
}

/** Opens the form, for a new lead or for a stored one. A stored lead is only overwritten while it has the version that was opened. */
function write(of: Stored | undefined, isMoved: boolean): void {
  let base = of;
  let id = createId();
  const form = createLeadForm({
    title: of?.data.name ?? "New lead",
    currency: handle.currency,
    start: { ...EMPTY, ...of?.data },
    save: (lead) => void save(lead),
    leave: () => showBoard(true),
    remove: of && (() => void remove(of.id)),
  });

  async function save(lead: Lead): Promise<void> {
    form.setBusy(true);
    try {
      store.put(base ? await leads.update(base.id, lead, base.version) : await create(lead));
      screen.say(`${lead.name} is saved.`);
      showBoard(true);
    } catch (error) {
      const code = codeOf(error);
      if (base && code === "precondition_failed") await choose(base.id, lead).catch((second) => form.fail(messageOf(second)));
      else if (base && code === "not_found") {
        store.remove(base.id);
        base = undefined;
        id = createId();
        form.fail("Another member has deleted this lead. Save again to keep yours as a new one.");
      } else form.fail(messageOf(error));
    }
    form.setBusy(false);
  }

  /** With an id of its own, a lead is not stored twice: a conflict means that an earlier try has stored it. */
  async function create(lead: Lead): Promise<Stored> {
    try {
      return await leads.create(lead, { id });
    } catch (error) {
      if (codeOf(error) !== "conflict") throw error;
      const earlier = await leads.get(id);
      return leads.update(id, lead, earlier.version);
    }
  }

  async function choose(of: string, lead: Lead): Promise<void> {
    const theirs = await leads.get(of);
    store.put(theirs);
    const keepMine = () => {
      base = theirs;
      screen.show(form.view, form.first);
      void save(lead);
    };
    const { view, heading } = createConflictView(differences({ ...EMPTY, ...theirs.data }, lead, money), keepMine, () => write(theirs, true));
    screen.show(view, heading);
  }

  async function remove(of: string): Promise<void> {
    try {
      await leads.remove(of);
    } catch (error) {
      if (codeOf(error) !== "not_found") return form.fail(messageOf(error));
    }
    store.remove(of);
    screen.say(`${base?.data.name ?? "The lead"} is deleted.`);
    showBoard(true);
  }

  handle.setRoute(of ? of.id : "new");
  screen.say("");
  screen.show(form.view, isMoved ? form.first : undefined);
}

async function load(): Promise<void> {
  try {
    store.reset(await loadAll(leads));
    screen.say("");
  } catch (error) {
    const isKnown = store.list().length > 0;
    screen.say(`${isKnown ? "This may be out of date." : "Leads could not be loaded."} ${messageOf(error)}`, { isBad: true, onRetry: () => void start() });
    throw error;
  }
}

async function start(): Promise<void> {
  screen.say("Loading leads …");
  try {
    await load();
  } catch {
    return;
  }
  if (screen.isEmpty()) {
    const named = store.get(handle.route);
    if (named || handle.route === "new") write(named, false);
    else showBoard(false);
  }
}

handle.on("context", ({ visible }) => {
  // A hidden page may have missed changes.
  if (visible) void load().catch(() => undefined);
});
addEventListener("offline", () => screen.say("You are offline. The board may be out of date; moves wait until you are back."));
addEventListener("online", () => void start());
document.body.append(screen.main);
handle.ready();
leads.subscribe(({ id, op }) => (op === "delete" ? store.remove(id) : void store.refresh(id).catch(() => undefined)));
await start();
