/** How every page of the simulator looks, light and dark. */
export const style = `
:root { color-scheme: light dark; --ground: #f4f2ee; --card: #fffefb; --ink: #1d1b18; --soft: #6a645b; --line: #d9d3c8; --accent: #0f5c4d;
  --on-accent: #ffffff; --wash: #e8f1ee; --warn: #7a4a00; --warn-wash: #fdf0d5; --bad: #a3261b; --bad-wash: #fbe9e6; }
@media (prefers-color-scheme: dark) { :root { --ground: #151412; --card: #1f1d1a; --ink: #f2efe8; --soft: #aaa397; --line: #3a362f;
  --accent: #6fd0b6; --on-accent: #06231c; --wash: #1b2e29; --warn: #f5cf8a; --warn-wash: #33280f; --bad: #ff9d90; --bad-wash: #3a1a16; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.notice { background: var(--warn-wash); color: var(--warn); text-align: center; padding: .55rem 1rem; font-size: .875rem; font-weight: 600; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; display: grid; gap: 1.5rem; }
main.narrow { max-width: 30rem; }
@media (min-width: 52rem) { main.wide { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 4rem; padding-top: 4rem; align-items: start; } }
a { color: var(--accent); }
.back { display: inline-flex; gap: .4rem; align-items: center; min-height: 2.75rem; text-decoration: none; font-weight: 600; }
.brand { margin: 0; color: var(--soft); font-weight: 600; overflow-wrap: anywhere; }
h1 { font-size: 1.15rem; font-weight: 600; margin: .25rem 0 0; overflow-wrap: anywhere; }
.amount { font-size: clamp(2.2rem, 9vw, 3.2rem); font-weight: 700; letter-spacing: -.02em; margin: .1rem 0 0; line-height: 1.15; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.amount small { font-size: 1rem; font-weight: 500; color: var(--soft); letter-spacing: 0; white-space: nowrap; }
.lines { list-style: none; margin: 1.25rem 0 0; padding: 0; border-top: 1px solid var(--line); }
.lines li { display: flex; justify-content: space-between; gap: 1rem; padding: .65rem 0; border-bottom: 1px solid var(--line); }
.lines span:first-child { overflow-wrap: anywhere; min-width: 0; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: 1.25rem; }
@media (min-width: 30rem) { .panel { padding: 1.75rem; } }
h2 { font-size: 1.1rem; margin: 0 0 1rem; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
legend { padding: 0; font-weight: 600; margin-bottom: .35rem; }
.field { margin-bottom: 1rem; }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
label { display: block; font-weight: 600; font-size: .925rem; margin-bottom: .3rem; }
input:not([type=checkbox]) { width: 100%; min-height: 2.9rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .6rem; }
input[readonly] { color: var(--soft); border-style: dashed; }
input[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.check { display: flex; gap: .6rem; align-items: start; font-weight: 400; }
.check input { width: 1.25rem; height: 1.25rem; margin: .1rem 0 0; flex: none; accent-color: var(--accent); }
button { font: inherit; cursor: pointer; border-radius: .6rem; min-height: 2.9rem; padding: .5rem 1rem; border: 1px solid var(--line); background: var(--card); color: var(--ink); }
.main-action { width: 100%; background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 700; font-size: 1.05rem; min-height: 3.2rem; }
.plain { background: transparent; color: var(--ink); border-color: var(--soft); }
.main-action:hover { filter: brightness(1.08); }
.problem { background: var(--bad-wash); color: var(--bad); border-radius: .6rem; padding: .75rem 1rem; margin: 0 0 1.25rem; font-weight: 600; }
.error { color: var(--bad); font-size: .875rem; margin: .3rem 0 0; }
.hint { color: var(--soft); font-size: .875rem; margin: .75rem 0 0; }
.hint.above { margin: 0 0 .75rem; }
.cards { margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px dashed var(--line); }
.cards .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); gap: .6rem; }
.cards button { text-align: left; background: var(--wash); border-color: transparent; line-height: 1.3; }
.cards button:hover { border-color: var(--accent); }
.cards small { display: block; color: var(--soft); font-variant-numeric: tabular-nums; }
.entry { border-top: 1px solid var(--line); padding: 1rem 0; }
.entry:first-child { border-top: 0; padding-top: 0; }
.amount + .problem { margin-top: 1rem; }
.entry h2 { margin: 0 0 .25rem; }
.entry p { margin: 0 0 .75rem; }
.entry form { margin-top: .75rem; }
.choice { display: grid; gap: .75rem; margin-top: 1.25rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1rem; margin: 1.25rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; text-align: right; }
`;
