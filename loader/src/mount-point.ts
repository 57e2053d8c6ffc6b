import type { PlannedModule } from "@dramac/contracts";

type Insert = (element: HTMLElement) => void;

const ELEMENT = "dramac-module";
const MAIN = "main,[role=main]";
/** When something stands behind it, it has been parsed whole: nothing more comes into it that would push away what is put after it. */
const AFTER_MAIN = `:is(${MAIN},:has(${MAIN}))~*`;

/**
 * The elements of a module on this page. What the page's author wrote wins;
 * else the hook decides, and an element is made at each of its places.
 */
export function ensureMountPoints(module: PlannedModule): HTMLElement[] {
  const { slug, installation, hook } = module;
  const isMine = `:is([module="${slug}"],[installation="${installation}"]):is(:not([hook]),[hook="${hook}"])`;
  const found = [...document.querySelectorAll<HTMLElement>(ELEMENT + isMine)];
  if (found.length) return found;
  return findInsertions(module).map((insert) => {
    const element = document.createElement(ELEMENT);
    element.setAttribute("installation", installation);
    element.setAttribute("hook", hook as string);
    insert(element);
    return element;
  });
}

function findInsertions({ hook, presentation }: PlannedModule): Insert[] {
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
  const atStart: Insert = (element) => body.prepend(element);
  const atEnd: Insert = (element) => body.append(element);
  const isParsed = document.readyState !== "loading";
  const main = document.querySelector(MAIN);
  if (presentation.kind !== "inline") return [atEnd];
  if (side === "start") return [atStart];
  if (where === "page" && main) return isParsed || side === "before" || document.querySelector(AFTER_MAIN) ? [beside(main, side)] : [];
  if (!isParsed) return [];
  if (where === "section") return [...document.querySelectorAll("[data-dramac-section]")].map((one) => beside(one, side));
  if (where === "page" && side === "before") return [atStart];
  return where === "page" || where === "body" || where === "footer" ? [atEnd] : [];
}

const beside =
  (one: Element, side: string | undefined): Insert =>
  (element) =>
    side === "before" ? one.before(element) : one.after(element);
