import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { ago } from '../../stand-in/marks.ts';
import { type DiffLine, diff, markupDiff } from '../storage/diff.ts';
import { versionOf } from '../store/content.ts';
import type { Page, Version } from '../store/model.ts';
import { actionForm } from './action-form.ts';
import { errorPage, framed } from './frame.ts';
import { diffPath, historyPath, pathOf } from './paths.ts';
import { personName, type Visit } from './visit.ts';

/** The versions of a page, newest first. */
export const historyPage = (visit: Visit, page: Page): HttpResponse => {
  const versions = visit.confluence.store.versionsOf(page.id).toReversed();
  const row = (version: Version, index: number): Markup => {
    const { number, authorId, createdAt, message, title } = version;
    const older = versions[index + 1];
    return markup`<tr><td class="num"><a class="link" href="${pathOf(visit, page)}?version=${number}">${number}</a></td><td>${personName(visit, authorId)} ${ago(visit.confluence.clock, createdAt)}${title !== page.title && markup`<br>“${title}”`}${message && markup`<br><span class="count">${message}</span>`}</td>
<td>${older && markup`<a class="link" href="${diffPath(page, older.number, number)}">Changes</a>`}</td>
<td>${number !== page.version && page.status === 'current' && actionForm(page, 'restore-version', markup`<button name="version" value="${number}" aria-label="Restore version ${number}">Restore</button>`)}</td></tr>`;
  };
  const content = markup`<p class="crumbs"><a href="${pathOf(visit, page)}">${page.title}</a></p><h1>History</h1>
<div class="scroll"><table><thead><tr><th>Version</th><th>By</th><th></th><th></th></tr></thead><tbody>${versions.map(row)}</tbody></table></div>`;
  return framed(visit, { title: `History of ${page.title}`, here: historyPath(page), content });
};

const AROUND = 2;

/** The lines that differ, and a few around each. */
const shown = (lines: DiffLine[]): Markup[] => {
  const near = new Set<number>();
  lines.forEach(({ kind }, at) => {
    if (kind !== 'same') for (let i = at - AROUND; i <= at + AROUND; i += 1) near.add(i);
  });
  return lines.flatMap(({ kind, text }, at): Markup[] => {
    if (near.has(at)) return [markup`<p class="${kind}">${text}</p>`];
    const isFirstOfGap = at === 0 || near.has(at - 1);
    return isFirstOfGap ? [markup`<p class="gap">unchanged</p>`] : [];
  });
};

/** What one version changed, as people read it or in the markup. */
export const diffPage = (visit: Visit, page: Page, query: URLSearchParams): HttpResponse => {
  const { store } = visit.confluence;
  const from = versionOf(store, page, Number(query.get('from')));
  const to = versionOf(store, page, Number(query.get('to')));
  if (!from || !to) return errorPage(visit, 'There is no such version.', 404);
  const isMarkup = query.has('markup');
  const lines = (isMarkup ? markupDiff : diff)(from.storage, to.storage);
  const isSame = lines.every(({ kind }) => kind === 'same');
  const path = (markupToo: boolean): string => diffPath(page, from.number, to.number, markupToo);
  const nothing = from.storage === to.storage ? 'Nothing changed.' : 'Nothing that people read changed.';
  const content = markup`<p class="crumbs"><a href="${pathOf(visit, page)}">${page.title}</a> / <a href="${historyPath(page)}">History</a></p>
<h1>Version ${from.number} to ${to.number}</h1>
${from.title !== to.title && markup`<p>The title changed from “${from.title}” to “${to.title}”.</p>`}
<nav class="tabs" aria-label="What to compare"><a href="${path(false)}"${!isMarkup && markup` aria-current="page"`}>Text</a><a href="${path(true)}"${isMarkup && markup` aria-current="page"`}>Storage</a></nav>
${isSame ? markup`<p class="empty">${nothing}</p>` : markup`<div class="diff${isMarkup && ' markup'}">${shown(lines)}</div>`}`;
  return framed(visit, { title: `Changes of ${page.title}`, here: '', content });
};
