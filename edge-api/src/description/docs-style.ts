/** The look of `/docs`: light and dark, from 320 px up; from 900 px the list of groups stays beside the operations. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1d2430, #eef1f6); --soft: light-dark(#566072, #a9b3c4); --line: light-dark(#dde2ea, #343c4a); --paper: light-dark(#fbfaf7, #14181f); --card: light-dark(#fff, #1b212b); --link: light-dark(#1f5fbf, #8ab4ff) }
* { box-sizing: border-box }
[hidden] { display: none !important }
html { scroll-padding-top: 16px }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif }
header, body > div { max-width: 1180px; margin: 0 auto; padding: 16px }
header { padding-top: 32px }
h1, h2, h3, h4 { line-height: 1.25 }
h1 { margin: 0 0 8px; letter-spacing: -.01em }
p { margin: 4px 0 } small { color: var(--soft); font-size: .85rem }
a { color: var(--link) }
code, pre, h4 { font-family: ui-monospace, monospace }
form { margin-top: 20px }
label { display: block; font-weight: 600 }
input { width: 100%; max-width: 480px; margin-top: 4px; padding: 9px 12px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: 8px }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
#found { min-height: 1.55em; color: var(--soft) }
nav h2 { margin: 16px 0 4px; font-size: .8rem; color: var(--soft); text-transform: uppercase; letter-spacing: .04em }
nav ul { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0; padding: 0; list-style: none }
main { min-width: 0 }
main h2 { margin: 40px 0 0; padding-bottom: 6px; border-bottom: 1px solid var(--line) }
h3 { margin: 24px 0 10px }
article { margin: 0 0 10px; padding: 12px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px }
article:target { border-color: var(--link) }
h4 { margin: 0; font-size: .92rem; overflow-wrap: anywhere }
h4 a { color: inherit; text-decoration: none } h4 a:hover { text-decoration: underline }
h4 b { display: inline-block; min-width: 4em }
.get { color: light-dark(#0b6b3a, #6fd39b) } .post { color: var(--link) } .put, .patch { color: light-dark(#8a5a00, #f0c060) } .delete { color: light-dark(#b3261e, #ff9a90) }
pre { overflow: auto; max-height: 420px; margin: 8px 0; padding: 12px; border: 1px solid var(--line); border-radius: 8px; font-size: .8rem; line-height: 1.5 }
summary { width: fit-content; cursor: pointer } summary, .same { color: var(--soft); font-size: .9rem }
@media (min-width: 900px) {
  body > div { display: grid; grid-template-columns: 220px minmax(0, 1fr); gap: 40px }
  nav { position: sticky; top: 0; align-self: start; max-height: 100vh; padding: 16px 0; overflow: auto }
  nav ul { display: block } nav section:first-child h2 { margin-top: 0 }
  main > section:first-child h2 { margin-top: 12px }
}`;
