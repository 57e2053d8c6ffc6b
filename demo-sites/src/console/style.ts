/** Of the console alone; colours come from the pages' common style. */
export const STYLE = `
:root { --good: light-dark(#17693a, #7fd6a0); --wait: light-dark(#7a4a00, #f2c46d); --bad: light-dark(#a3231b, #ffb4ab); --on-link: light-dark(#fff, #10141c); --edge: light-dark(#7d8798, #8591a6); }
.bar nav a[aria-current] { color: var(--ink); text-decoration: none; border-bottom: 2px solid currentColor; }
.bar { display: flex; flex-wrap: wrap; gap: 8px 32px; align-items: baseline; justify-content: space-between; padding-bottom: 8px; }
[hidden] { display: none !important; }
main { padding-top: 8px; }
h1 { margin: 16px 0 8px; font-size: clamp(1.6rem, 1.3rem + 1.4vw, 2.1rem); }
h2 { margin: 0 0 12px; font-size: 1.2rem; }
main > h2 { margin-top: 32px; }
h3 { margin: 0; font-size: 1.05rem; }
p { margin: 0 0 12px; text-wrap: pretty; overflow-wrap: anywhere; }
.lead, .soft { color: var(--soft); }
section.card, .cards > li { margin: 0 0 16px; padding: 20px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
section.card > :last-child, .cards > li > :last-child { margin-bottom: 0; }
.cards > li { display: flex; flex-direction: column; gap: 8px; margin: 0; }
.cards > li p { margin: 0; color: inherit; }
.cards > li p.soft { color: var(--soft); }
.cards > li form { margin-top: auto; }
.empty { padding: 20px; color: var(--soft); border: 1px dashed var(--line); border-radius: 12px; }
.pill { display: inline-block; padding: 1px 10px; font-size: .875rem; font-weight: 600; border: 1px solid currentColor; border-radius: 99px; }
.pill.good { color: var(--good); } .pill.wait { color: var(--wait); } .pill.bad { color: var(--bad); } .pill.plain { color: var(--soft); }
.price { font-size: 1.25rem; font-weight: 700; letter-spacing: -.01em; }
.row { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; }
.row form { margin: 0; }
button, .button { display: inline-block; min-height: 44px; padding: 9px 18px; font: inherit; font-weight: 600; line-height: 1.5; text-decoration: none; color: var(--on-link); background: var(--link); border: 1px solid transparent; border-radius: 8px; cursor: pointer; }
button:hover, .button:hover { text-decoration: underline; text-underline-offset: 3px; }
button.quiet, .button.quiet { color: var(--ink); background: none; border-color: var(--edge); }
button.stop { color: var(--bad); background: none; border-color: currentColor; }
button[aria-disabled=true] { cursor: progress; text-decoration: none; }
button[aria-disabled=true]::before, .turning { content: ""; display: inline-block; width: .85em; height: .85em; margin-right: .6em; vertical-align: -.08em; border: 2px solid; border-right-color: transparent; border-radius: 50%; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
h1:focus-visible, .notice:focus-visible { outline: none; }
label { display: block; font-weight: 600; }
input:not([type=radio], [type=checkbox]), select { display: block; width: 100%; max-width: 220px; min-height: 44px; margin-top: 4px; padding: 8px 12px; font: inherit; font-weight: 400; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; }
.hint, .fault { display: block; margin-top: 4px; font-size: .9375rem; font-weight: 400; }
.hint { color: var(--soft); } .fault { color: var(--bad); }
fieldset { display: grid; gap: 12px; min-width: 0; margin: 0 0 16px; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: 8px; font-weight: 600; }
.choice { display: flex; gap: 10px; align-items: baseline; font-weight: 400; }
.choice > span { min-width: 0; }
.notice { margin: 0 0 16px; padding: 14px 16px; background: var(--card); border: 1px solid var(--edge); border-left-width: 5px; border-radius: 8px; }
.notice p:last-child { margin: 0; } .notice.good { border-color: var(--good); } .notice.bad { border-color: var(--bad); } .notice .row { margin-top: 8px; }
dl { display: grid; grid-template-columns: minmax(0, auto) minmax(0, 1fr); gap: 6px 20px; margin: 0 0 16px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain > li { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; justify-content: space-between; padding: 10px 0; border-top: 1px solid var(--line); }
ul.plain > li:first-child { border-top: 0; }
table { width: 100%; border-collapse: collapse; margin: 0 0 12px; }
caption { margin-bottom: 8px; text-align: left; color: var(--soft); }
th, td { padding: 8px 16px 8px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
td.amount, th.amount { text-align: right; font-variant-numeric: tabular-nums; padding-right: 0; padding-left: 16px; }
.steps { margin: 0; padding: 0; list-style: none; } .steps li { padding-left: 14px; border-left: 3px solid var(--line); } .steps li + li { padding-top: 8px; } .steps .off { border-color: var(--bad); } .steps .on { border-color: var(--good); }
summary { cursor: pointer; font-weight: 600; }
details[open] > summary { margin-bottom: 12px; }
@media (max-width: 640px) {
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: 8px; }
  table.stacks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stacks, table.stacks tbody, table.stacks tr, table.stacks th, table.stacks td { display: block; }
  table.stacks tr { padding: 12px 0; border-bottom: 1px solid var(--line); }
  table.stacks th, table.stacks td { padding: 2px 0; border: 0; text-align: left; }
  table.stacks td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
}
@media (prefers-reduced-motion: no-preference) { button[aria-disabled=true]::before, .turning { animation: turn .8s linear infinite; } }
@keyframes turn { to { rotate: 1turn; } }
`;
