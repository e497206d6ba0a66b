const ROWS_A_FEATURE = 10;
const cell = (text: string, id: number): string =>
  `<td ac:local-id="c${id}"><p local-id="p${id}">${text}</p></td>`;

/** A row of a plan as the cloud editor writes it: eight cells with ids. */
const row = (number: number, kind: 'feature' | 'story'): string => {
  const feature = Math.floor(number / ROWS_A_FEATURE);
  const texts =
    kind === 'feature'
      ? [`F1.${feature}`, 'Feature', `Ballast delivery handling ${feature}`, '', '20', 'P2', '', '']
      : [
          `S1.${feature}.${number % ROWS_A_FEATURE}`,
          'Story',
          `Check speed limit ${number} for the night shift`,
          `F1.${feature}`,
          '3',
          'P1',
          `Value ${number} is stored; audit entry is written`,
          number % 3 === 0 ? `F1.${feature}` : '',
        ];
  return `<tr ac:local-id="r${number}">${texts.map((text, at) => cell(text, number * 8 + at)).join('')}</tr>\n`;
};

const HEAD =
  '<p>All of it.</p><table><tbody><tr><th>Key</th><th>Type</th><th>Title</th><th>Parent</th><th>Story points</th>' +
  '<th>Priority</th><th>Acceptance criteria</th><th>Depends on</th></tr>\n';
const TAIL = '</tbody></table>';

export const pageOfRows = (rows: number): string => {
  let page = HEAD;
  for (let number = 0; number < rows; number++)
    page += row(number, number % ROWS_A_FEATURE === 0 ? 'feature' : 'story');
  return page + TAIL;
};

const MOST_ROWS = 1_900;
const PARAGRAPH = `<p local-id="0f23cfde5b2b">Crews <strong>report</strong> what they see, and the dispatcher decides what is closed. ${'No item is named here. '.repeat(3)}</p>\n`;

/** A page of about `bytes`: as many rows as a page may have items, and paragraphs. */
export const pageOfBytes = (bytes: number): string => {
  const perRow = pageOfRows(100).length / 100;
  const rows = pageOfRows(Math.min(MOST_ROWS, Math.floor(bytes / perRow)));
  return rows + PARAGRAPH.repeat(Math.max(0, Math.floor((bytes - rows.length) / PARAGRAPH.length)));
};

/** A section as short as people write them, with the ids of the cloud editor. */
const section = (number: number): string =>
  `<h3 local-id="h${number}">Notes of week ${number}</h3>\n<p local-id="p${number}">The crew met on Monday and agreed.</p>\n<p local-id="q${number}"><strong>Open:</strong> two points, see below.</p>\n`;

/** A page of about `bytes` of nothing but short headings and paragraphs. */
export const pageOfSections = (bytes: number): string => {
  let page = '';
  for (let number = 0; page.length < bytes; number++) page += section(number);
  return page;
};

/** A page of rows as it was before somebody retitled two of every hundred, and the editor gave three a new id. */
export const edited = (page: string): string =>
  page
    .replace(/speed limit (?<hundred>\d*)33 for/g, 'speed restriction $<hundred>33 for')
    .replace(/Check speed limit (?<hundred>\d*)77 for the night shift/g, 'Crews check limit $<hundred>77')
    .replace(/ac:local-id="r(24|80|160)"/g, 'ac:local-id="s$1"');
