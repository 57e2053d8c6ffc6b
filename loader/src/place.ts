import type { PlannedModule } from "@dramac/contracts";

type Insert = (element: HTMLElement) => void;

const ELEMENT = "dramac-module";

/**
 * The elements of a module on this page. What the page's author wrote wins;
 * else the hook decides, and an element is made at each of its places.
 */
export function place(module: PlannedModule): HTMLElement[] {
  const { slug, installation, hook } = module;
  const isMine = `:is([module="${slug}"],[installation="${installation}"]):is(:not([hook]),[hook="${hook}"])`;
  const found = [...document.querySelectorAll<HTMLElement>(ELEMENT + isMine)];
  if (found.length) return found;
  return placesFor(module).map((insert) => {
    const element = document.createElement(ELEMENT);
    element.setAttribute("installation", installation);
    element.setAttribute("hook", `${hook}`);
    insert(element);
    return element;
  });
}

function placesFor({ hook, presentation }: PlannedModule): Insert[] {
  const explicit = [...document.querySelectorAll(`dramac-hook[name="${hook}"]`)];
  if (explicit.length)
    return explicit.map(
      (one): Insert =>
        (element) =>
          one.append(element),
    );
  const { body } = document;
  const [kind, where, side] = hook?.split(":") ?? [];
  if (!body || kind !== "site") return [];
  const atEnd: Insert = (element) => body.append(element);
  const isParsed = document.readyState !== "loading";
  if (presentation.kind !== "inline") return [atEnd];
  switch (where) {
    case "body":
      if (side === "start") return [(element) => body.prepend(element)];
      return isParsed ? [atEnd] : [];
    case "footer":
      return isParsed ? [atEnd] : [];
    case "section":
      return [...document.querySelectorAll("[data-dramac-section]")].map((one) => beside(one, side));
    case "page": {
      const main = document.querySelector("main,[role=main]");
      if (main) return [beside(main, side)];
      if (!isParsed) return [];
      return [side === "before" ? (element) => body.prepend(element) : atEnd];
    }
    default:
      return [];
  }
}

const beside =
  (one: Element, side: string | undefined): Insert =>
  (element) =>
    side === "before" ? one.before(element) : one.after(element);
