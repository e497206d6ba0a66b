import type { Anchors, ItemFields, PlanItem } from '../../../domain/planning/plan.ts';
import { descriptionOf } from '../items/description.ts';
import type { Draft } from '../items/draft.ts';
import type { Dependencies } from './dependencies.ts';

/** The items as a reading names them, in the order of the page. */
export const itemsOf = (
  drafts: readonly Draft[],
  dependencies: Dependencies,
  refs: ReadonlyMap<Draft, string>,
): PlanItem[] => {
  const keys = new Set<string>();
  return drafts.map((draft) => {
    const { level, enabler, key, title, parent, quote } = draft;
    const dependsOn = [...(dependencies.get(draft) ?? [])].map((on) =>
      typeof on === 'string' ? on : (refs.get(on) ?? ''),
    );
    return {
      ref: refs.get(draft) ?? '',
      level,
      enabler,
      key: key?.text ?? null,
      title,
      parent: (parent && refs.get(parent)) ?? null,
      fields: fieldsOf(draft, dependsOn),
      anchors: anchorsOf(draft, keys),
      quote,
    };
  });
};

const fieldsOf = (draft: Draft, dependsOn: string[]): ItemFields => {
  const description = descriptionOf(draft);
  return {
    ...(description !== '' && { description }),
    ...draft.fields,
    ...(draft.acceptance.length > 0 && { acceptance: draft.acceptance }),
    ...(Object.keys(draft.wsjf).length > 0 && { wsjf: draft.wsjf }),
    ...(draft.jira.size > 0 && { jira: [...draft.jira] }),
    ...(dependsOn.length > 0 && { dependsOn }),
  };
};

const anchorsOf = ({ key, fields, localId, box, level, norm, parent }: Draft, keys: Set<string>): Anchors => {
  const isFirst = key !== null && !keys.has(key.canonical);
  if (key !== null) keys.add(key.canonical);
  return {
    ...(isFirst && { key: key.canonical }),
    ...(fields.linear !== undefined && { linear: fields.linear }),
    ...(localId !== undefined && { localId }),
    ...(box !== undefined && { box }),
    path: `${level}|${parent?.norm ?? ''}|${norm}`,
  };
};
