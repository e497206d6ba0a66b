import type { XmlElement } from '@rgrove/parse-xml';
import type { PlanItem, Warning } from '../../domain/planning/plan.ts';
import { limits } from '../limits.ts';
import type { Block } from '../storage/blocks.ts';
import { contentOf } from '../storage/content.ts';
import type { Users } from '../storage/runs.ts';
import { readOutline } from './blocks/outline-reader.ts';
import { cyclesOf, resolveDependencies } from './finish/dependencies.ts';
import { type ReadOptions, reasonAgainst } from './finish/gate.ts';
import { ItemIndex } from './finish/index-of-items.ts';
import { itemsOf } from './finish/items.ts';
import { resolveBoards, resolveEpic, resolveParentCells } from './finish/parent-cells.ts';
import { resolveParents } from './finish/parents.ts';
import { checkDuplicates, checkItem, checkWsjf, warningsOf } from './finish/warnings.ts';
import { outlineOf } from './outline.ts';
import type { Page, Scope } from './page.ts';
import { pageKeysOf } from './page-keys.ts';

/** What was read: items with their warnings, and `against`, which is why the page is no plan. */
export type Read = {
  page: Page;
  blocks: Block[];
  items: PlanItem[];
  warnings: Warning[];
  against: string | undefined;
};

const top: Scope = {
  item: undefined,
  section: undefined,
  isDirect: false,
  period: {},
  containers: [],
  isProperties: false,
};

/** Reads a page's tree, block by block, and then resolves what its items refer to. */
export const readDrafts = (root: XmlElement, users: Users, options: ReadOptions): Read | 'too_many' => {
  const blocks: Block[] = [];
  const content = contentOf(root, users, blocks);
  const page: Page = {
    readOutline: (children, scope) => readOutline(page, children, scope),
    users,
    keys: pageKeysOf(content),
    drafts: [],
    warnings: [],
    props: {},
    headings: [],
    parentCells: [],
    boards: [],
    epic: undefined,
    requirements: [],
    order: 0,
  };
  page.readOutline(outlineOf(content, page.keys), top);
  if (page.drafts.length > limits.items) return 'too_many';
  return finish(page, blocks, options);
};

const finish = (page: Page, blocks: Block[], options: ReadOptions): Read | 'too_many' => {
  const { drafts } = page;
  const byOrder = () => drafts.sort((a, b) => a.order - b.order);
  byOrder();
  const before = drafts.length;
  let index = new ItemIndex(drafts);
  resolveParentCells(page, index);
  resolveEpic(page, index);
  if (drafts.length > limits.items) return 'too_many';
  if (drafts.length > before) {
    byOrder();
    index = new ItemIndex(drafts);
  }
  for (const { fields, period } of drafts) {
    if (period.pi !== undefined) fields.pi ??= period.pi;
    if (period.iteration !== undefined) fields.iteration ??= period.iteration;
  }
  resolveBoards(page, index);
  resolveParents(page, index);
  const dependencies = resolveDependencies(page, index);
  const hasEpic = drafts.some(({ level }) => level === 'epic');
  for (const draft of drafts) {
    checkWsjf(draft);
    checkItem(draft, { hasEpic });
  }
  checkDuplicates(drafts);

  const refs = new Map(drafts.map((draft, at) => [draft, `r${at + 1}`]));
  const refOf = (draft: (typeof drafts)[number]) => refs.get(draft) ?? '';
  const cycles = new Map(cyclesOf(drafts, dependencies).map((cycle) => [cycle[0], cycle.map(refOf)]));
  return {
    page,
    blocks,
    items: itemsOf(drafts, dependencies, refs),
    warnings: [
      ...drafts.flatMap((draft) => warningsOf(draft, refOf(draft), cycles.get(draft))),
      ...page.warnings,
    ],
    against: reasonAgainst(page, blocks, (draft) => (dependencies.get(draft)?.size ?? 0) > 0, options),
  };
};
