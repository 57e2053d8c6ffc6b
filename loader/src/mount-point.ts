import type { PlannedModule } from "@dramac/contracts";

type Insert = (element: HTMLElement) => void;

const ELEMENT = "dramac-module";
const MAIN = "main,[role=main]";
/** Matches an element after main. When there is one, the parser has finished main, and a module after it will not be pushed down. */
const AFTER_MAIN = `:is(${MAIN},:has(${MAIN}))~*`;

/**
 * The elements of a module on this page. Elements that the page's author wrote take precedence;
 * otherwise one element is created at each mount point of the module's hook.
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
      (hookElement): Insert =>
        (element) =>
          hookElement.append(element),
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
  if (where === "section") return [...document.querySelectorAll("[data-dramac-section]")].map((section) => beside(section, side));
  if (where === "page" && side === "before") return [atStart];
  return where === "page" || where === "body" || where === "footer" ? [atEnd] : [];
}

const beside =
  (sibling: Element, side: string | undefined): Insert =>
  (element) =>
    side === "before" ? sibling.before(element) : sibling.after(element);
