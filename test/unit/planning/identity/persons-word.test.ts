import { expect, test } from 'vitest';
import { faceOf, type KnownItem } from '../../../../shared/domain/planning/identity/face.ts';
import { matchReading } from '../../../../shared/domain/planning/identity/match.ts';
import type { PlanItem } from '../../../../shared/domain/planning/plan.ts';
import { itemsOf, knownFrom, pageText } from '../../../support/planning/readings.ts';
import { type Edit, replaced } from '../../../support/planning/storage-edits.ts';

const OLD = 'Close a slot at short notice';
const NEW = 'Close a slot at very short notice';
const reworded = replaced(OLD, NEW);

/** What becomes of the item with a title, known as `answered`, when the page is edited. */
const matchAfter = (
  page: string,
  title: string,
  edits: Edit[],
  answered: (now: PlanItem) => Partial<KnownItem>,
) => {
  const before = itemsOf(pageText(page));
  const at = before.findIndex((item) => item.title === title);
  const items = itemsOf(edits.reduce((storage, edit) => edit(storage), pageText(page)));
  const now = items[at];
  if (!now) throw new Error(`the page has no item ${at}`);
  const known = knownFrom(before).map((item, index) => (index === at ? { ...item, ...answered(now) } : item));
  const { matches, missing } = matchReading(known, items);
  return { is: matches.get(now.ref)?.is, why: matches.get(now.ref), missing: missing.length };
};

const override: Edit[] = [replaced('override a slot, so that', 'override a slot by hand, so that')];

test('asks before an issue that is claimed or done gets another title and another text', () => {
  expect(matchAfter('03', 'Override a slot', override, () => ({})).is).toBe('same');
  expect(matchAfter('03', 'Override a slot', override, () => ({ isGuarded: true }))).toMatchObject({
    is: 'proposed',
    why: { why: 'guarded' },
  });
});

test('lets an issue that is claimed or done get another title over the same text', () => {
  const retitled = [replaced('Story: Ward tile', 'Story: One card for each ward')];
  expect(matchAfter('02', 'Ward tile', retitled, () => ({ isGuarded: true })).is).toBe('same');
});

test('joins what a person confirmed, and asks no more', () => {
  expect(matchAfter('11', OLD, [reworded], () => ({})).is).toBe('proposed');
  const confirmed = matchAfter('11', OLD, [reworded], (now) => ({ confirmedAs: faceOf(now) }));
  expect(confirmed).toMatchObject({ is: 'same', why: { by: [] }, missing: 0 });
});

test('asks again about what a person confirmed once it is called something else', () => {
  const later = [reworded, replaced(NEW, 'Close a slot at rather short notice')];
  const seen = itemsOf(reworded(pageText('11'))).find(({ title }) => title === NEW);
  if (!seen) throw new Error('the page has no reworded item');
  expect(matchAfter('11', OLD, later, () => ({ confirmedAs: faceOf(seen) })).is).toBe('proposed');
});

test('keeps apart what a person refused, and asks no more', () => {
  const refused = matchAfter('11', OLD, [reworded], (now) => ({ refused: [faceOf(now)] }));
  expect(refused).toMatchObject({ is: 'added', missing: 1 });
});

test('keeps apart what a person refused when its title is edited in its place', () => {
  const retitled = replaced('Story: Ward tile', 'Story: Ward tile in colour');
  const later = [retitled, replaced('Ward tile in colour', 'Ward tile in bright colour')];
  const seen = itemsOf(retitled(pageText('02'))).find(({ title }) => title === 'Ward tile in colour');
  if (!seen) throw new Error('the page has no retitled item');
  expect(matchAfter('02', 'Ward tile', later, () => ({ refused: [faceOf(seen)] }))).toMatchObject({
    is: 'added',
    missing: 1,
  });
});
