import type { Results } from './report.ts';
import type { Row } from './row.ts';

const LINE = 22;
const LEFT = 430;
const WIDTH = 300;
/** The x of the goal. */
const MIDDLE = LEFT + WIDTH / 2;

/** How much better than its goal a row is: 1 equals the goal, 2 is twice as good. Undefined if a ratio makes no sense. */
const headroom = ({ goal, measured }: Row): number | undefined => {
  const number = (text: string) => Number(/[\d.]+/.exec(text.replaceAll(',', ''))?.[0]);
  const [aim, value] = [number(goal), number(measured)];
  if (!/^[≤≥]/.test(goal) || !(aim > 0)) return undefined;
  return goal.startsWith('≤') ? aim / Math.max(value, aim / 100) : value / aim;
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** An SVG with a dot for every goal that is a limit. Right of the line is better; each half of the width is a factor of four. */
export const plot = ({ goals }: Results): string => {
  const dots = Object.entries(goals).flatMap(([name, { title, rows }]) =>
    rows.flatMap((row) => {
      const ratio = headroom(row);
      return ratio === undefined
        ? []
        : [{ label: `${name.toUpperCase()} ${title}: ${row.what}`, row, ratio }];
    }),
  );
  const height = (dots.length + 2) * LINE;
  const lines = dots.map(({ label, row, ratio }, index) => {
    const y = (index + 1.5) * LINE;
    const steps = Math.max(-1, Math.min(1, Math.log2(ratio) / 2));
    const x = MIDDLE + (steps * WIDTH) / 2;
    const colour = row.verdict === 'missed' ? '#c0392b' : '#27802b';
    return [
      `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${escaped(label)}</text>`,
      `<line x1="${MIDDLE}" y1="${y}" x2="${x.toFixed(1)}" y2="${y}" stroke="${colour}" stroke-width="2"/>`,
      `<circle cx="${x.toFixed(1)}" cy="${y}" r="5" fill="${colour}"/>`,
      `<text x="${LEFT + WIDTH + 12}" y="${y + 4}">${escaped(`${row.measured} (${row.goal})`)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 920 ${height}" font-family="sans-serif" font-size="12">
<title>How far each limit was kept</title>
<rect width="920" height="${height}" fill="#ffffff"/>
<text x="${MIDDLE}" y="14" text-anchor="middle">worse ← goal → better</text>
<line x1="${MIDDLE}" y1="${LINE}" x2="${MIDDLE}" y2="${height - LINE}" stroke="#888888"/>
${lines.join('\n')}
</svg>
`;
};
