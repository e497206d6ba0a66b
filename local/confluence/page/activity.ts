import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { ago } from '../../stand-in/marks.ts';
import { framed } from './frame.ts';
import { personName, type Visit } from './visit.ts';

const SHOWN = 200;

/** The newest requests to the API: where to look when nothing seems to happen. */
export const activityPage = (visit: Visit): HttpResponse => {
  const { requests, clock } = visit.confluence;
  const rows = requests
    .list()
    .slice(-SHOWN)
    .reverse()
    .map(
      ({ at, method, path, query, host, who, status, fault, errors, durationMs, sentVersion }): Markup =>
        markup`<tr><td>${ago(clock, at)}</td><td><b>${method}</b> ${path}<span class="count">${query.slice(0, 200)}</span>${sentVersion !== null && ` → version ${sentVersion}`}</td>
<td class="num">${status ?? 'cut'}</td><td class="num">${Math.round(durationMs)} ms</td><td>${who ? personName(visit, who) : 'nobody'}, ${host}</td><td>${[fault && `fault ${fault}`, ...errors].filter(Boolean).join('; ').slice(0, 300)}</td></tr>`,
    );
  const content = markup`<h1>Activity</h1><h2>Requests to the API</h2>${
    rows.length === 0
      ? markup`<p class="empty">None yet.</p>`
      : markup`<div class="scroll"><table class="requests"><thead><tr><th>When</th><th>Request</th><th>Status</th><th>Took</th><th>Who</th><th>What went wrong</th></tr></thead><tbody>${rows}</tbody></table></div>`
  }`;
  return framed(visit, { title: 'Activity', here: '/activity', content });
};
