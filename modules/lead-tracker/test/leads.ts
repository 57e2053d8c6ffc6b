import type { Lead } from "../src/lead.ts";
import type { Stored } from "../src/lead-store.ts";

/** A lead named Ada, with the changes of a test. */
export const lead = (change: Partial<Lead> = {}): Lead => ({ name: "Ada", email: "", company: "", valueCents: 0, stage: "new", notes: "", ...change });

export const stored = (id: string, data: Lead, version = 1): Stored => ({
  id,
  version,
  data,
  author: "member",
  mine: true,
  createdAt: `2026-01-0${id.length}`,
  updatedAt: "",
});
