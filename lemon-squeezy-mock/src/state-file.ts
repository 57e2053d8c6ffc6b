import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Mode, MockState } from "./types.ts";

const createState = (): MockState => ({
  nextId: 1_001,
  clockOffsetMs: 0,
  linkSecret: randomBytes(24).toString("hex"),
  customers: [],
  checkouts: [],
  orders: [],
  invoices: [],
  subscriptions: [],
  deliveries: [],
});

/** What was kept in the file, or an empty world. @throws Error when the file is not one of ours */
export function loadState(file: string | undefined): MockState {
  if (file === undefined || !existsSync(file)) return createState();
  try {
    return { ...createState(), ...(JSON.parse(readFileSync(file, "utf8")) as Partial<MockState>) };
  } catch (cause) {
    throw new Error(`${file} is no memory of the stand-in: delete it to begin anew.`, { cause });
  }
}

/** Saves what has changed. Written beside and moved into place: a process that dies while it writes leaves the old one. */
export function createStateSaver(file: string, state: MockState): () => void {
  let saved = "";
  return () => {
    const text = JSON.stringify(state);
    if (text === saved) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    saved = text;
  };
}

/** The row of this id, if it is in this mode: nothing is seen from the other. */
export function find<Row extends { readonly id: number | string; readonly mode: Mode }>(
  rows: readonly Row[],
  id: number | string,
  mode?: Mode,
): Row | undefined {
  return rows.find((row) => String(row.id) === String(id) && (mode === undefined || row.mode === mode));
}

/** @throws Error when there is none: rows refer to one another only where both exist */
export function getOrThrow<Row extends { readonly id: number | string; readonly mode: Mode }>(rows: readonly Row[], id: number | string): Row {
  const row = find(rows, id);
  if (!row) throw new Error(`There is no ${id}.`);
  return row;
}
