import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { faceOf, type KnownItem } from '../../../shared/domain/planning/identity/face.ts';
import type { Matching } from '../../../shared/domain/planning/identity/match.ts';
import type { PlanItem } from '../../../shared/domain/planning/plan.ts';
import { readPage } from '../../../shared/reader/read-page.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/planning');

/** The storage of a page of `test/fixtures/planning/pages`, by the number its name starts with. */
export const pageText = (number: string): string => {
  const [page, ...others] = globSync(`${number}-*.xml`, { cwd: join(fixtures, 'pages') });
  if (page === undefined || others.length > 0) throw new Error(`not one page is number ${number}`);
  return readFileSync(join(fixtures, 'pages', page), 'utf8');
};

/** The edited pages of `test/fixtures/planning/edits`, by name. */
export const editedPages = (): string[] =>
  globSync('*.json', { cwd: join(fixtures, 'edits') })
    .map((path) => basename(path, '.json'))
    .sort();

export const editedPage = (name: string) => ({
  before: pageText(name.slice(0, 2)),
  after: readFileSync(join(fixtures, 'edits', `${name}.v2.xml`), 'utf8'),
  expected: JSON.parse(readFileSync(join(fixtures, 'edits', `${name}.json`), 'utf8')) as {
    same: [known: string, fresh: string][];
    added: string[];
    missing: string[];
    proposedMatches: [known: string, fresh: string][];
  },
});

/** The items of a page that is a plan. */
export const itemsOf = (storage: string): PlanItem[] => {
  const reading = readPage({ storage, users: new Map() });
  if (reading.outcome !== 'plan') throw new Error(`the page is no plan: ${JSON.stringify(reading)}`);
  return reading.items;
};

/** What a session keeps of a first reading. Each item's id is its `ref`. */
export const knownFrom = (items: readonly PlanItem[]): KnownItem[] =>
  items.map((item) => ({
    ...faceOf(item),
    id: item.ref,
    parentId: item.parent,
    isMissing: false,
    isGuarded: false,
  }));

/** What a session keeps of a further reading, if a person confirms every match that is proposed. */
export const knownAfter = (
  known: readonly KnownItem[],
  items: readonly PlanItem[],
  { matches }: Matching,
): KnownItem[] => {
  const idOf = (ref: string): string => {
    const match = matches.get(ref);
    return match && match.is !== 'added' ? match.id : `new ${ref}`;
  };
  const onPage = items.map((item) => ({
    ...faceOf(item),
    id: idOf(item.ref),
    parentId: item.parent === null ? null : idOf(item.parent),
    isMissing: false,
    isGuarded: false,
  }));
  const held = new Set(onPage.map(({ id }) => id));
  const gone = known.filter(({ id }) => !held.has(id)).map((each) => ({ ...each, isMissing: true }));
  return [...onPage, ...gone];
};
