import { expect, test } from 'vitest';
import { matchReading } from '../../../../shared/domain/planning/identity/match.ts';
import { editedPage, editedPages, itemsOf, knownFrom } from '../../../support/planning/readings.ts';

const sorted = (pairs: string[][]) => pairs.map((pair) => pair.join(' → ')).sort();

test.each(editedPages())('finds the items of %s again, as read from the edited page', (name) => {
  const { before, after, expected } = editedPage(name);
  const { matches, missing } = matchReading(knownFrom(itemsOf(before)), itemsOf(after));
  const found = [...matches].map(([ref, match]) => ({ ref, ...match }));
  const pairs = (is: 'same' | 'proposed') =>
    found.flatMap((match) => (match.is === is && 'id' in match ? [[match.id, match.ref]] : []));
  expect({
    same: sorted(pairs('same')),
    added: found.filter(({ is }) => is === 'added').map(({ ref }) => ref),
    missing,
    proposed: sorted(pairs('proposed')),
  }).toEqual({
    same: sorted(expected.same),
    added: expected.added,
    missing: expected.missing,
    proposed: sorted(expected.proposedMatches),
  });
});
