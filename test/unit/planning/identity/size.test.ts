import { expect, test } from 'vitest';
import { matchReading } from '../../../../shared/domain/planning/identity/match.ts';
import type { PlanItem } from '../../../../shared/domain/planning/plan.ts';
import { knownFrom } from '../../../support/planning/readings.ts';

/** As many items as a page may have, with no id and nearly the same title. */
const rows = (word: string): PlanItem[] =>
  Array.from({ length: 2_000 }, (_, at) => {
    const title = `a ${word} of the same words ${at % 40} ${at}`;
    const anchors = { path: `story||${title}` };
    return {
      ref: `r${at + 1}`,
      level: 'story',
      enabler: null,
      key: null,
      title,
      parent: null,
      fields: {},
      anchors,
      quote: title,
    };
  });

test('compares 2,000 items whose titles are nearly the same within seconds', () => {
  const known = knownFrom(rows('row'));
  const start = performance.now();
  const { matches } = matchReading(known, rows('line'));
  expect(performance.now() - start).toBeLessThan(4_000);
  expect([...matches.values()].filter(({ is }) => is === 'same')).toEqual([]);
}, 30_000);
