import { featuresTable } from '../../../shared/data/features/features.ts';
import { workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { withAwaited } from '../../../shared/domain/features/awaited.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { TRIGGER } from '../../../testing/builders.ts';
import { newIssue, type SampleKind } from '../../../testing/deliveries.ts';
import {
  type CountedWebhook,
  deliverMix,
  type Mix,
  startCountedWebhook,
} from '../../harness/counted-webhook.ts';
import { atMost, exactly, type Row } from '../../report/row.ts';

const AWAITED = 100;
/** Other issues that are completed, of which the filter may take some for awaited ones. */
const OTHERS = 5_000;
/** Kinds that do not change whether an issue blocks others. */
const EDITS: readonly SampleKind[] = ['update', 'unmapped', 'stale'];

const sum = (counts: readonly number[]): number => counts.reduce((all, each) => all + each, 0);

/** Linear's ids are random. These look random too, but are the same in each run. */
const idsOf = (what: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => derivedId('run', `${what} ${index}`));

/** The webhook of an edit of an issue. `updatedFrom`: what was changed. */
const edit = (id: string, updatedFrom: object, data: object): Buffer => {
  const body = JSON.parse(newIssue(0).toString());
  const edited = { ...body.data, id, identifier: id, labels: [], labelIds: [], ...data };
  return Buffer.from(JSON.stringify({ ...body, action: 'update', updatedFrom, data: edited }));
};
const DONE = { id: 'done', name: 'Done', color: '#fff', type: 'completed' };
const LABELLED = { labels: [TRIGGER], labelIds: [TRIGGER.id] };
const completed = (id: string, data: object = {}): Buffer =>
  edit(id, { stateId: 'before' }, { state: DONE, stateId: DONE.id, ...data });

/** Records that features depend on these issues, as the poller does. */
const noteAwaited = async ({ testBed }: CountedWebhook, issueIds: readonly string[]): Promise<void> => {
  const { tables, workspaceId } = testBed;
  const workspaces = workspacesTable(tables.db, 'workspaces');
  const features = featuresTable(tables.db, 'features');
  for (const linearIssueId of issueIds)
    await features.noteDependents({ linearIssueId, workspaceId }, 'open', Date.now());
  const row = await workspaces.get(workspaceId);
  if (!row || !(await workspaces.saveAwaited(row, withAwaited(row.awaited, issueIds))))
    throw new Error('The awaited issues were not saved.');
};

/** What deliveries cost more while features wait for issues. `plain`: the same mix without such issues. */
export const operationsWhileAwaiting = async (plain: Mix, count: number): Promise<Row[]> => {
  const webhook = await startCountedWebhook();
  const spentOn = async (bodies: readonly Buffer[]): Promise<number[]> => {
    const spent: number[] = [];
    for (const body of bodies) spent.push((await webhook.deliver(body)).operations);
    return spent;
  };
  try {
    const awaited = idsOf('awaited', AWAITED);
    await noteAwaited(webhook, awaited);
    const mix = await deliverMix(webhook, count);
    const more = (kinds: readonly SampleKind[]) =>
      sum(kinds.flatMap(mix.spentOn)) - sum(kinds.flatMap(plain.spentOn));
    const others = await spentOn(idsOf('other', OTHERS).map((id) => completed(id)));
    const kicks = webhook.testBed.kicks();
    const edited = await spentOn(awaited.map((id) => edit(id, { title: 'before' }, {})));
    const done = await spentOn(awaited.map((id) => completed(id)));
    if (webhook.testBed.kicks() === kicks) throw new Error('No worker was started for an awaited issue.');
    const doneFeatures = await spentOn(awaited.map((id) => completed(id, LABELLED)));
    return [
      exactly(0, {
        what: `${AWAITED} awaited: more of all ${EDITS.join(', ')}`,
        measured: more(EDITS),
        limit: 0,
      }),
      atMost(1.01, {
        what: '… a relevant delivery, cold ones counted',
        measured: mix.ofARelevantOne,
        limit: 1,
      }),
      atMost(0.001, {
        what: '… the completion of another issue, on average',
        measured: sum(others) / OTHERS,
        limit: 0,
      }),
      exactly(0, { what: '… workers started by all these', measured: kicks, limit: 0 }),
      exactly(0, { what: '… most of an edit of an awaited issue', measured: Math.max(...edited), limit: 0 }),
      exactly(1, {
        what: '… most of the completion of an awaited issue',
        measured: Math.max(...done),
        limit: 1,
      }),
      exactly(2, { what: '… which is a feature too', measured: Math.max(...doneFeatures), limit: 2 }),
    ];
  } finally {
    await webhook.stop();
  }
};
