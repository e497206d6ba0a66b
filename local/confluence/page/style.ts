/** The styles of the site's pages, beside those of a page's content. */
export const pageStyle = `
.person { display: flex; gap: .5rem; justify-content: flex-end; align-items: center; margin: -.5rem 0 1rem; font-size: .85rem; color: var(--faint) }
.person select, .person button { padding: .2rem .5rem }
.crumbs { color: var(--faint); font-size: .85rem; overflow-wrap: anywhere }
.facts-line { display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: center; color: var(--faint); font-size: .85rem; margin: .4rem 0 .75rem }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1.25rem }
.actions > a, a.button { border: 1px solid var(--line); border-radius: 7px; padding: .4rem .8rem; background: var(--paper) }
.actions > a:hover, a.button:hover { background: var(--hover); text-decoration: none }
.actions > a.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 550 }
.notice { border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 8px; padding: .5rem .9rem; margin: 0 0 1rem; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center }
.notice p { margin: 0; flex: 1 1 14rem }
.chip.wrong { color: var(--wrong) }
ul.tree { list-style: none; margin: .25rem 0; padding-left: 0 }
ul.tree ul.tree { padding-left: 1.1rem; border-left: 1px solid var(--line); margin-left: .3rem }
.tree li > div { display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; padding: .15rem 0 }
.manage { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .5rem }
.manage details { border-bottom: 1px solid var(--line) }
.manage summary { cursor: pointer; padding: .6rem 0; font-weight: 550 }
.manage form { display: grid; gap: .6rem; padding: 0 0 1rem; max-width: 34rem; justify-items: start }
.manage label.field { width: 100% }
.manage .boxes { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem }
label.field { grid-template-columns: minmax(0, 1fr) }
.new-page { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem; max-width: 40rem }
.labels { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: 0 0 1rem }
.labels input { width: 9rem; padding: .2rem .5rem }
.labels form > button { padding: .2rem .6rem }
.tabs { display: flex; gap: .25rem; border-bottom: 1px solid var(--line); margin: 0 0 1rem }
.tabs a { padding: .45rem .9rem; border-radius: 8px 8px 0 0 }
.tabs a[aria-current] { background: var(--hover); font-weight: 600 }
.edit-title { font-size: 1.2rem; font-weight: 600; width: 100% }
.block { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .25rem .5rem; align-items: start; padding: .3rem 0; scroll-margin-top: 30vh }
.block textarea { min-height: 0; field-sizing: content; padding: .35rem .55rem; resize: none; width: 100% }
.block .fields { display: grid; gap: .4rem .5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 7.5rem), 1fr)) }
.block.text .fields, .block.item .fields { grid-template-columns: minmax(0, 1fr) }
.block.heading textarea { font-weight: 650; font-size: 1.08rem }
.block.row { border: 1px solid var(--line); border-radius: 8px; padding: .5rem; margin: .3rem 0 }
.block.item { padding-left: 1.25rem }
.block .kind { font-size: .72rem; color: var(--faint) }
.block details { position: relative }
.block details summary { cursor: pointer; list-style: none; color: var(--faint); padding: .2rem .6rem; border-radius: 6px; border: 1px solid var(--line) }
.block details[open] summary { background: var(--hover) }
.block details div { position: absolute; right: 0; z-index: 1; display: grid; gap: .25rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: .4rem; width: max-content; box-shadow: 0 4px 16px #0003 }
.block details button { text-align: left }
.save { position: sticky; bottom: 0; background: var(--paper); border-top: 1px solid var(--line); padding: .75rem 0; display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin-top: 1rem }
.save input[type=text] { flex: 1 1 10rem; min-width: 0 }
textarea.source { font: .82rem/1.5 ui-monospace, monospace; min-height: 26rem }
.diff { font-size: .88rem; border: 1px solid var(--line); border-radius: 8px; overflow: hidden }
.diff p { margin: 0; padding: .15rem .75rem; overflow-wrap: anywhere }
.diff.markup p { font: .8rem/1.6 ui-monospace, monospace }
.diff .added { background: color-mix(in srgb, #22a06b 16%, transparent) } .diff .added::before { content: '+ ' }
.diff .removed { background: color-mix(in srgb, #d3382c 14%, transparent) } .diff .removed::before { content: '− ' }
.diff .same { color: var(--faint) } .diff .same::before { content: '  ' }
.diff .gap { color: var(--faint); background: var(--hover); text-align: center; font-size: .78rem }
`;
