import { LinearClient } from '@linear/sdk';
import { featuresTable } from '../../../shared/data/features/features.ts';
import { outcomeCommentId } from '../../../shared/domain/ids.ts';
import { allRows } from '../../harness/rows.ts';
import { startService } from '../../harness/service.ts';
import { writeBackOneByOne } from '../../peers/peer-sdk-loop.ts';
import { type Benchmark, exactly, shown } from '../../report/row.ts';

const FEATURES = 100;
const RUN = { runId: 'bench' };
const prUrlOf = (id: string) => `https://git.example.com/pull/${id}`;

/** The requests that write the outcomes of many features of one workspace to Linear. */
export const writeBackRequests: Benchmark = async () => {
  const service = await startService({ issues: FEATURES });
  const table = service.table('features');
  const features = featuresTable(service.db, table);
  try {
    await service.drain();
    const rows = (await allRows(service.db, table)).slice(0, FEATURES);
    const ids = rows.map(({ id }) => String(id));
    if (ids.length < FEATURES) throw new Error('The sync brought too few features.');

    /** Records reports as the API does, but without a kick, so that one tick serves all of them. */
    const report = async (status: 'in_progress' | 'passing') => {
      for (const row of await features.getMany(ids)) {
        const outcome = {
          ...RUN,
          status: 'passing' as const,
          seq: row.statusSeq + 1,
          reportedAt: new Date().toISOString(),
          summary: 'Built and tested.',
          prUrl: prUrlOf(row.id),
        };
        const owed = { commentId: outcomeCommentId('bench', { featureId: row.id, ...RUN, status }), outcome };
        await features.report(row, { ...RUN, status }, status === 'passing' ? owed : undefined, Date.now());
      }
      await service.linearRequests();
      await service.invoke('PollerTick', {});
      return service.linearRequests();
    };
    // The first round also reads the workflow states, which are then cached.
    await report('in_progress');
    const requests = await report('passing');
    const owing = (await features.getMany(ids)).filter(({ owed }) => Object.keys(owed).length > 0);
    if (owing.length > 0) throw new Error(`${owing.length} features still owe their outcome.`);

    const client = new LinearClient({
      apiKey: service.adminKey,
      apiUrl: `${service.outputs.linear}/graphql`,
    });
    const outcomes = rows.map(({ linearIssueId }) => ({
      issueId: String(linearIssueId),
      summary: 'Built and tested.',
      prUrl: prUrlOf(String(linearIssueId)),
    }));
    await writeBackOneByOne(client, outcomes);
    const peer = await service.linearRequests();

    const reads = requests.filter(({ fields }) => fields.includes('issues'));
    return [
      exactly(Math.ceil(FEATURES / 250), {
        what: `reads for ${FEATURES} features`,
        measured: reads.length,
        limit: 1,
      }),
      exactly(Math.ceil(FEATURES / 25), {
        what: 'mutations',
        measured: requests.length - reads.length,
        limit: Math.ceil(FEATURES / 4_500),
      }),
      shown({ what: "requests of a loop over Linear's client", measured: peer.length }),
    ];
  } finally {
    await service.stop();
  }
};
