/** The styles of a page's content, and the names of `view.ts` in them. */
export const viewStyle = `
.wiki { overflow-wrap: anywhere; max-width: 62rem }
.wiki h1, .wiki h2, .wiki h3, .wiki h4, .wiki h5, .wiki h6 { color: var(--text); font-weight: 650; line-height: 1.3; margin: 1.6em 0 .4em }
.wiki h1 { font-size: 1.45rem } .wiki h2 { font-size: 1.2rem } .wiki h3 { font-size: 1.05rem }
.wiki h4, .wiki h5, .wiki h6 { font-size: .95rem }
.wiki > :first-child, .column > :first-child, .panel > :first-child { margin-top: 0 }
.wiki p:empty { min-height: 1.5em }
.wiki a { color: var(--accent); text-decoration: underline }
.wiki ul, .wiki ol { padding-left: 1.5rem; margin: .5rem 0 }
.wiki li > p { margin: .15rem 0 }
.wiki blockquote { margin: .75rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--faint) }
.wiki hr { border: 0; border-top: 1px solid var(--line); margin: 1.25rem 0 }
.wiki code { background: var(--hover); border-radius: 4px; padding: .1em .3em }
.wiki pre { background: var(--hover); border-radius: 8px; padding: .75rem 1rem; overflow-x: auto; margin: .5rem 0 }
.wiki pre code { background: none; padding: 0 }
.wiki .scroll { margin: .75rem 0 }
.wiki table { width: auto; min-width: min(100%, 30rem) }
.wiki th, .wiki td { border: 1px solid var(--line); padding: .45rem .65rem; min-width: 5rem; overflow-wrap: break-word; color: var(--text); font-size: .88rem }
.wiki th { background: var(--hover); font-weight: 600 }
.wiki td > p, .wiki th > p { margin: 0 }
.wiki td > p + p { margin-top: .4rem }
.wiki time, .mention { background: var(--hover); border-radius: 5px; padding: .1em .35em; white-space: nowrap }
.mention { color: var(--accent) }
.placeholder { color: var(--faint); font-style: italic }
.wiki mark { background: color-mix(in srgb, #e2b203 28%, transparent); color: inherit; border-bottom: 2px solid #e2b203 }
.wiki .label { font-weight: 600; font-size: .85rem; margin: 0 0 .4rem }
.wiki .box { display: inline-block; border: 1px dashed var(--faint); border-radius: 6px; padding: .1rem .5rem; color: var(--faint); font-size: .85rem; max-width: 100% }
.panel { --tone: #6b6f7b; border: 1px solid color-mix(in srgb, var(--tone) 35%, transparent); border-left: 4px solid var(--tone); background: color-mix(in srgb, var(--tone) 8%, transparent); border-radius: 8px; padding: .7rem .9rem; margin: .75rem 0 }
.panel > :last-child { margin-bottom: 0 }
.panel.info { --tone: #3b7cf0 } .panel.note { --tone: #8f5bd8 } .panel.tip, .panel.success { --tone: #22a06b }
.panel.warning { --tone: #d9a400 } .panel.error { --tone: #d3382c }
.panel.unknown { border-style: dashed }
.expand { border: 1px solid var(--line); border-radius: 8px; padding: .5rem .9rem; margin: .75rem 0 }
.expand summary { cursor: pointer; font-weight: 550 }
.status { --tone: #7d818d; display: inline-block; font-size: .72rem; font-weight: 700; letter-spacing: .02em; text-transform: uppercase; border-radius: 4px; padding: 0 .4em; line-height: 1.35rem;
  background: color-mix(in srgb, var(--tone) 20%, var(--paper)); color: color-mix(in srgb, var(--tone) 60%, var(--text)) }
.status.red { --tone: #d3382c } .status.yellow { --tone: #d9a400 } .status.green { --tone: #22a06b }
.status.blue { --tone: #3b7cf0 } .status.purple { --tone: #8f5bd8 }
.wiki ul.tasks { list-style: none; padding-left: 0 }
.tasks ul.tasks { padding-left: 1rem }
.tasks > li { display: flex; gap: .5rem; align-items: flex-start; margin: .25rem 0 }
.tasks > li > div { min-width: 0; flex: 1 }
.tasks > li > button, .tasks > li > span { border: 0; background: none; padding: 0 .2rem; font-size: 1.25rem; line-height: 1.4rem; color: var(--faint) }
.tasks > li.done > button, .tasks > li.done > span { color: var(--accent) }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1rem 2rem; margin: .5rem 0 1rem }
.column { min-width: 0 }
.contents { border: 1px solid var(--line); border-radius: 8px; padding: .5rem .9rem; margin: .75rem 0; font-size: .9rem }
.contents ul { list-style: none; padding: 0; margin: 0 }
.contents .h2 { padding-left: 1rem } .contents .h3 { padding-left: 2rem } .contents .h4, .contents .h5, .contents .h6 { padding-left: 3rem }
`;
