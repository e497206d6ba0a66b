/** The styles of every page: colours, type, forms, tables, comments, the frame. */
export const baseStyle = `
:root {
  color-scheme: light dark;
  --ground: #f7f7f8; --paper: #fff; --line: #e6e6ea; --text: #1d1d22; --faint: #6b6f7b;
  --accent: #5e6ad2; --on-accent: #fff; --hover: #f1f1f4; --wrong: #b3261e; --wrong-ground: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131316; --paper: #1b1b1f; --line: #2c2c33; --text: #ececf1; --faint: #9a9da8;
    --accent: #8089e0; --on-accent: #131316; --hover: #232329; --wrong: #ffb4ab; --wrong-ground: #3b1f1d;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif }
a { color: inherit; text-decoration: none }
a:hover { text-decoration: underline }
main a.link, .comment a, .prose a { color: var(--accent); text-decoration: underline }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; overflow-wrap: anywhere }
h2 { font-size: .8rem; margin: 1.75rem 0 .5rem; color: var(--faint); font-weight: 600 }
p { margin: .5rem 0 }
code, pre { font: .86em/1.5 ui-monospace, monospace }
.frame { display: grid; grid-template-columns: 15.5rem minmax(0, 1fr); min-height: 100vh }
.side { padding: 1rem .75rem; border-right: 1px solid var(--line); font-size: .9rem }
.side h2 { margin: 1.25rem .5rem .25rem }
.side ul { list-style: none; margin: 0; padding: 0 }
.side li a { display: flex; justify-content: space-between; gap: .5rem; padding: .22rem .5rem; border-radius: 6px }
.side li a:hover { background: var(--hover); text-decoration: none }
.side li a[aria-current] { background: var(--hover); font-weight: 600 }
.side li a span:first-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.brand { margin: 0 .5rem 1rem; font-weight: 650; letter-spacing: -.01em }
.brand span, .count { color: var(--faint); font-weight: 400 }
.you { margin: 1.5rem .5rem 0; color: var(--faint); font-size: .82rem }
.page { background: var(--paper); padding: 1.5rem 2rem 4rem }
.bar { display: flex; align-items: baseline; justify-content: space-between; gap: 1rem; flex-wrap: wrap }
.bar h1 { margin: 0 }
.id, .when { color: var(--faint); font-size: .85rem; white-space: nowrap; font-variant-numeric: tabular-nums }
.title { display: flex; align-items: center; gap: .5rem; min-width: 0; flex-wrap: wrap }
.title a { overflow-wrap: anywhere }
.state { display: inline-flex; align-items: center; gap: .4rem; white-space: nowrap; font-size: .85rem }
.dot { width: .9rem; height: .9rem; flex: none }
.chip .dot { width: .65rem; height: .65rem }
.chip { display: inline-flex; align-items: center; gap: .35rem; border: 1px solid var(--line); border-radius: 99px;
  padding: 0 .55rem; font-size: .78rem; line-height: 1.45rem; white-space: nowrap; max-width: 16rem; background: var(--paper) }
.chip .name { overflow: hidden; text-overflow: ellipsis }
.chip button { border: 0; background: none; padding: 0 .1rem; color: var(--faint); font-size: 1rem; line-height: 1 }
.chip button:hover { color: var(--wrong); background: none }
form.inline { display: inline-flex; gap: .4rem; align-items: center; margin: 0 }
input, select, textarea, button { font: inherit; color: inherit }
input[type=text], select, textarea { background: var(--paper); border: 1px solid var(--line); border-radius: 7px; padding: .4rem .6rem; max-width: 100% }
textarea { width: 100%; min-height: 5rem; resize: vertical }
button { cursor: pointer; border-radius: 7px; border: 1px solid var(--line); background: var(--paper); padding: .4rem .8rem }
button:hover { background: var(--hover) }
button.main, button[value=approve] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 550 }
button.main:hover, button[value=approve]:hover { filter: brightness(1.08) }
details.new { margin: 1rem 0 0; border: 1px solid var(--line); border-radius: 10px; background: var(--paper) }
details.new summary { cursor: pointer; padding: .55rem .9rem; font-weight: 550 }
details.new form { padding: .25rem .9rem .9rem; display: grid; gap: .75rem }
label.field { display: grid; gap: .25rem; font-size: .82rem; color: var(--faint) }
label.field > * { font-size: .95rem; color: var(--text) }
.row { display: flex; gap: .75rem; flex-wrap: wrap }
.row > label.field { flex: 1 1 9rem }
.two { display: grid; grid-template-columns: minmax(0, 1fr) 17rem; gap: 2.5rem }
.facts { font-size: .9rem }
.facts dt { color: var(--faint); font-size: .8rem; margin-top: 1rem }
.facts dd { margin: .25rem 0 0; display: flex; gap: .4rem; flex-wrap: wrap; align-items: center }
.prose, .comment .body { white-space: pre-wrap; overflow-wrap: anywhere }
.comment { border: 1px solid var(--line); border-radius: 10px; padding: .7rem .9rem; margin: .6rem 0 }
.comment.reply { margin-left: 1.5rem }
.comment header { font-size: .82rem; color: var(--faint); margin-bottom: .25rem }
.comment header b { color: var(--text); font-weight: 600 }
.history { list-style: none; margin: 0; padding: 0; font-size: .85rem; color: var(--faint) }
[role=alert] { background: var(--wrong-ground); color: var(--wrong); padding: .6rem .9rem; border-radius: 8px; margin: 0 0 1rem }
.empty { color: var(--faint); padding: 2rem 0 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .88rem }
th { text-align: left; color: var(--faint); font-weight: 550; font-size: .8rem }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.num { font-variant-numeric: tabular-nums; white-space: nowrap }
.pages { margin-top: 1rem; font-size: .9rem }
.plain main { max-width: 30rem; margin: 12vh auto 0; padding: 1.75rem; background: var(--paper); border: 1px solid var(--line); border-radius: 14px }
.plain .brand { margin: 0 0 1.25rem }
.plain form { display: flex; gap: .6rem; margin-top: 1.25rem; flex-direction: row }
@media (max-width: 52rem) {
  .frame, .two { grid-template-columns: minmax(0, 1fr) }
  .frame { grid-template-rows: auto 1fr }
  .side { border-right: 0; border-bottom: 1px solid var(--line) }
  .page { padding: 1.25rem 1rem 3rem }
  .two { gap: 0 }
  .side ul { display: flex; flex-wrap: wrap; gap: .25rem }
  .side li a { border: 1px solid var(--line); background: var(--paper); border-radius: 99px; max-width: 16rem }
  .side h2 { margin-top: .75rem }
  .you { display: none }
  .plain main { margin: 4vh 1rem 0 }
}
`;
