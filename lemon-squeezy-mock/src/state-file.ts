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

/** Reads the state from the file, or creates an empty state. @throws Error if the file has another format */
export function loadState(file: string | undefined): MockState {
  if (file === undefined || !existsSync(file)) return createState();
  try {
    return { ...createState(), ...(JSON.parse(readFileSync(file, "utf8")) as Partial<MockState>) };
  } catch (cause) {
    throw new Error(`${file} does not contain a state of the mock: delete it to start again.`, { cause });
  }
}

/** Saves the state if it changed. It writes another file and renames it, so a process that dies while it writes leaves the old file. */
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

/** Finds the row with this id in this mode. */
export function find<Row extends { readonly id: number | string; readonly mode: Mode }>(
  rows: readonly Row[],
  id: number | string,
  mode?: Mode,
): Row | undefined {
  return rows.find((row) => String(row.id) === String(id) && (mode === undefined || row.mode === mode));
}

/** @throws Error if there is no such row */
export function getOrThrow<Row extends { readonly id: number | string; readonly mode: Mode }>(rows: readonly Row[], id: number | string): Row {
  const row = find(rows, id);
  if (!row) throw new Error(`There is no ${id}.`);
  return row;
}
