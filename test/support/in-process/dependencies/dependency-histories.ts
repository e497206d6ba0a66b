import { random } from '../../../../testing/random.ts';
import type { Blocking } from './blocking.ts';

/** What a group of issues lives in. */
export type Places = {
  teamId: string;
  otherTeamId: string;
  /** A private team that the app cannot see. */
  hiddenTeamId: string;
  projectIds: readonly string[];
  labelId: string;
};

/** A few issues that block each other and no others: one random history. */
export type Group = {
  ids: readonly string[];
  draw: () => number;
  story: string[];
  /** Issues that were out of the app's sight at some time. */
  hidden: Set<string>;
};

/** How often each kind of edit comes. */
const kinds = {
  relate: 30,
  unrelate: 8,
  retarget: 8,
  complete: 18,
  cancel: 6,
  duplicate: 2,
  reopen: 30,
  start: 3,
  trash: 5,
  archive: 3,
  restore: 16,
  purge: 1,
  hide: 8,
  show: 18,
  'move to another team': 2,
  'take the label off': 2,
  'put the label on': 6,
  rename: 1,
};
export type Kind = keyof typeof kinds;
const total = Object.values(kinds).reduce((sum, weight) => sum + weight, 0);

export const pick = <T>(draw: () => number, from: readonly T[]): T | undefined =>
  from[Math.floor(draw() * from.length)];

const kindOf = (draw: () => number): Kind => {
  let at = draw() * total;
  for (const [kind, weight] of Object.entries(kinds) as [Kind, number][]) {
    at -= weight;
    if (at < 0) return kind;
  }
  return 'rename';
};

/** A new group, the issues to create for it, and the mutations that relate them. */
export const newGroup = (
  seed: number,
  places: Places,
): { group: Group; created: object[]; related: string[] } => {
  const draw = random(seed);
  const ids = Array.from({ length: 3 + Math.floor(draw() * 2) }, () => crypto.randomUUID());
  const created = ids.map((id, nth) => {
    const where = draw();
    const isElsewhere = where > 0.9;
    return {
      id,
      teamId: isElsewhere ? places.otherTeamId : places.teamId,
      title: `Issue ${nth} of ${seed}`,
      priority: Math.floor(draw() * 5),
      ...(where < 0.82 ? { projectId: pick(draw, places.projectIds) } : {}),
      ...(draw() < 0.85 ? { labelIds: [places.labelId] } : {}),
    };
  });
  const [first = '', ...others] = ids;
  const blocked = others.filter(() => draw() < 0.6);
  const related = blocked.map(
    (id) =>
      `issueRelationCreate(input: { issueId: "${first}", relatedIssueId: "${id}", type: blocks }) { success }`,
  );
  const story = blocked.map((id) => `0 -> ${ids.indexOf(id)}`);
  return { group: { ids, draw, story, hidden: new Set() }, created, related };
};

/** The next thing that people do to a group, as a mutation of Linear's; nothing if there is nothing of that kind. */
export const nextEdit = (
  { ids, draw, story, hidden }: Group,
  linear: Blocking,
  { teamId, otherTeamId, hiddenTeamId, projectIds, labelId }: Places,
): { kind: Kind; mutation: string } | undefined => {
  const kind = kindOf(draw);
  const there = ids.flatMap((id) => linear.issue(id) ?? []);
  const alive = there.filter(linear.isThere);
  const relations = linear.relationsAmong(ids);
  const name = (id: string) => ids.indexOf(id);
  const told = (mutation: string, what: string) => {
    story.push(`${kind} ${what}`);
    return { kind, mutation: `${mutation} { success }` };
  };
  const update = (id: string, input: string) => `issueUpdate(id: "${id}", input: { ${input} })`;
  type Issue = (typeof there)[number];
  const edited = (from: readonly Issue[], mutation: (issue: Issue) => string) => {
    // Rather one that blocks another.
    const blocking = from.filter(({ id }) => relations.some(({ issueId }) => issueId === id));
    const issue = pick(draw, blocking.length > 0 && draw() < 0.7 ? blocking : from);
    return issue && told(mutation(issue), String(name(issue.id)));
  };
  const moved = (type: Parameters<Blocking['stateOf']>[1]) => (issue: Issue) =>
    update(issue.id, `stateId: "${linear.stateOf(issue.teamId, type)}"`);
  const open = alive.filter(linear.isOpen);
  // What begins to block out of sight is learned by the daily sweep only.
  const visible = alive.filter(linear.isVisible);

  switch (kind) {
    case 'relate': {
      const [from, to] = [pick(draw, visible), pick(draw, visible)];
      const isKnown = relations.some(
        ({ issueId, relatedIssueId }) => issueId === from?.id && relatedIssueId === to?.id,
      );
      if (!from || !to || from === to || isKnown) return undefined;
      const input = `issueId: "${from.id}", relatedIssueId: "${to.id}", type: blocks`;
      return told(`issueRelationCreate(input: { ${input} })`, `${name(from.id)} -> ${name(to.id)}`);
    }
    case 'unrelate': {
      const relation = pick(draw, relations);
      if (!relation) return undefined;
      const { id, issueId, relatedIssueId } = relation;
      return told(`issueRelationDelete(id: "${id}")`, `${name(issueId)} -> ${name(relatedIssueId)}`);
    }
    case 'retarget': {
      const [relation, to] = [pick(draw, relations), pick(draw, visible)];
      if (!relation || !to) return undefined;
      const { id, issueId, relatedIssueId } = relation;
      const isFrom = draw() < 0.4;
      const after = isFrom ? [to.id, relatedIssueId] : [issueId, to.id];
      const isKnown = relations.some((each) => each.issueId === after[0] && each.relatedIssueId === after[1]);
      if (after[0] === after[1] || isKnown) return undefined;
      const input = isFrom ? `issueId: "${to.id}"` : `relatedIssueId: "${to.id}"`;
      const [before, then] = [[issueId, relatedIssueId], after].map((ends) =>
        ends.map((end) => name(end ?? '')),
      );
      return told(
        `issueRelationUpdate(id: "${id}", input: { ${input} })`,
        `${before?.join(' -> ')} to ${then?.join(' -> ')}`,
      );
    }
    case 'complete':
      return edited(open, moved('completed'));
    case 'cancel':
      return edited(open, moved('canceled'));
    case 'duplicate':
      return edited(open, moved('duplicate'));
    case 'start':
      return edited(open, moved('started'));
    case 'reopen':
      return edited(
        alive.filter((issue) => !linear.isOpen(issue)),
        moved('unstarted'),
      );
    case 'trash':
      return edited(alive, ({ id }) => `issueDelete(id: "${id}")`);
    case 'archive':
      return edited(alive, ({ id }) => `issueArchive(id: "${id}")`);
    case 'restore':
      return edited(
        there.filter((issue) => !linear.isThere(issue)),
        ({ id }) => `issueUnarchive(id: "${id}")`,
      );
    case 'purge':
      return edited(there, ({ id }) => `issueDelete(id: "${id}", permanentlyDelete: true)`);
    case 'hide':
      return edited(alive.filter(linear.isVisible), ({ id }) => {
        hidden.add(id);
        const closed = draw() < 0.2 ? `, stateId: "${linear.stateOf(hiddenTeamId, 'completed')}"` : '';
        return update(id, `teamId: "${hiddenTeamId}"${closed}`);
      });
    case 'show':
      return edited(
        alive.filter((issue) => issue.teamId !== teamId),
        (issue) => {
          const closed = linear.isOpen(issue) ? '' : `, stateId: "${linear.stateOf(teamId, 'completed')}"`;
          const project = `projectId: "${pick(draw, projectIds)}"`;
          return update(issue.id, `teamId: "${teamId}", ${project}, labelIds: ["${labelId}"]${closed}`);
        },
      );
    case 'move to another team':
      return edited(
        alive.filter((issue) => issue.teamId === teamId),
        ({ id }) => update(id, `teamId: "${otherTeamId}"`),
      );
    case 'take the label off':
      return edited(
        alive.filter(({ labelIds }) => labelIds.includes(labelId)),
        ({ id }) => `issueRemoveLabel(id: "${id}", labelId: "${labelId}")`,
      );
    case 'put the label on':
      return edited(
        alive.filter(({ labelIds }) => !labelIds.includes(labelId)),
        ({ id }) => `issueAddLabel(id: "${id}", labelId: "${labelId}")`,
      );
    case 'rename':
      return edited(alive, ({ id }) => update(id, `title: "Renamed ${Math.floor(draw() * 1e6)}"`));
  }
};
