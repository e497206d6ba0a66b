import type { Block } from '../../storage/blocks.ts';
import { vetoes } from '../../words/lexicon.ts';
import type { Draft } from '../items/draft.ts';
import type { Page } from '../page.ts';

const LEAST_TEMPLATE_BLOCKS = 3;

/** `despiteVeto`: a person says that the page is a plan, whatever its headings are typical of. */
export type ReadOptions = { despiteVeto?: boolean | undefined };

/** Why a page is no plan; nothing if it is one. */
export const reasonAgainst = (
  { headings, drafts }: Page,
  blocks: readonly Block[],
  hasDependencies: (draft: Draft) => boolean,
  { despiteVeto = false }: ReadOptions,
): string | undefined => {
  const veto = vetoes.find(
    ({ min, headings: known }) => headings.filter((words) => known.has(words)).length >= min,
  );
  if (veto !== undefined && !despiteVeto) return `veto:${veto.name}`;
  const [only, ...others] = drafts;
  if (only === undefined) {
    const left = blocks.filter(({ reason }) => reason === 'placeholder' || reason === 'template');
    return left.length >= LEAST_TEMPLATE_BLOCKS ? 'template-untouched' : 'no-candidates';
  }
  return others.length === 0 && !isPlanned(only) && !hasDependencies(only) ? 'below-evidence' : undefined;
};

/** Whether an item says anything that only planned work has. */
const isPlanned = ({ fields, acceptance, wsjf, parent }: Draft): boolean =>
  acceptance.length > 0 ||
  Object.keys(wsjf).length > 0 ||
  parent !== undefined ||
  [
    fields.benefit,
    fields.estimate,
    fields.estimateRaw,
    fields.priority,
    fields.priorityRaw,
    fields.pi,
    fields.iteration,
    fields.linear,
    fields.externalParent,
  ].some((value) => value !== undefined);
