/*
 * A module without a framework: it stores notes and shows the latest ones. It runs inside its frame, on a page of a customer.
 * Its manifest asks for `access:storage` and declares the collection `notes`.
 */
import { type Collection, connect, RequestFailed } from "@dramac/sdk";

interface Note {
  readonly text: string;
}

const handle = await connect();
const notes: Collection<Note> = handle.storage<Note>("notes");

const list = document.createElement("ul");
const input = document.createElement("input");
const form = document.createElement("form");
const status = document.createElement("p");
input.setAttribute("aria-label", "A note");
status.setAttribute("role", "status");
form.append(input);
document.body.append(form, list, status);

async function show(): Promise<void> {
  const { items } = await notes.list({ sort: "-createdAt", limit: 10 });
  list.replaceChildren(
    ...items.map(({ data }) => {
      const row = document.createElement("li");
      row.textContent = data.text;
      return row;
    }),
  );
}

function report(error: unknown): void {
  if (!(error instanceof RequestFailed)) throw error;
  status.textContent = error.code === "rate_limited" ? "Please wait a moment and try again." : error.message;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  notes.create({ text: input.value }).then(() => form.reset(), report);
});
const unsubscribe = notes.subscribe(() => void show().catch(report));
handle.on("teardown", unsubscribe);
handle.ready();
await show().catch(report);
