/** What a page behind a sign-in does: says who is there, and makes its menu from the modules that this person has. */
export const MEMBER_SCRIPT = `
window.dramac = window.dramac || function () { (dramac.q = dramac.q || []).push(arguments) };
dramac("consent", { functional: true });
addEventListener("DOMContentLoaded", () => {
  const { signedIn, menu, root } = document.querySelector(".top").dataset;
  const notice = document.getElementById("notice");
  const tell = (text) => { notice.textContent = text; notice.hidden = !text; };
  document.querySelector("select").onchange = (event) => {
    dramac("identify", null);
    event.target.form.submit();
  };
  dramac("on", "plan", () => {
    if (!menu) return;
    const base = root === "/" ? "/m/" : root + "/m/";
    document.getElementById("menu").replaceChildren(...dramac.getModulesForHook(menu).map(({ slug, name }) => {
      const link = Object.assign(document.createElement("a"), { href: base + slug, textContent: name });
      if (location.pathname === link.pathname) link.setAttribute("aria-current", "page");
      return link;
    }));
  });
  dramac("on", "identity:error", ({ detail }) => tell(detail || "The platform could not be reached. Try again in a moment."));
  if (signedIn === "yes") dramac("identify", async () => {
    const answer = await fetch("/assertion", { method: "POST" });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.text();
  });
});
`;

export const MEMBER_STYLE = `
.top { display: flex; flex-wrap: wrap; gap: 8px 28px; align-items: baseline; padding: 16px; background: var(--card); border-bottom: 1px solid var(--line); }
.top form { margin-inline-start: auto; min-width: 0; max-width: 100%; }
.top label { display: flex; flex-wrap: wrap; gap: 0 .4em; align-items: baseline; }
.top select { font: inherit; max-width: 100%; padding: 4px 6px; }
.top nav a { text-decoration: none; padding: 2px 0; }
.top nav a[aria-current] { color: var(--ink); border-bottom: 2px solid currentColor; }
#menu { display: contents; }
.widgets dramac-hook { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr)); }
#notice, .empty { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
`;
