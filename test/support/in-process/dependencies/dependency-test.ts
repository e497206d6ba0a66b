import { presentListedFeature } from '../../../../lambdas/api/features/present.ts';
import { isListed } from '../../../../shared/domain/features/feature.ts';
import { settled } from '../ingestion.ts';
import { test as base } from '../poller-test.ts';
import { blocking } from './blocking.ts';

const MINUTE_MS = 60_000;

/**
 * A test of issues that block each other. `linear`: what Linear holds. `relate` and `unrelate`: what people do there.
 * `learn`: how we hear of it. `shows`: what the API shows of an issue's feature.
 */
export const test = base
  .extend('linear', ({ ingestion, workspace }) => blocking(ingestion.store, workspace.organizationId))
  /** Answers the id of the relation. */
  .extend('relate', ({ workspace }) => async (blocker: string, blocked: string): Promise<string> => {
    const { issueRelationCreate } = await workspace.graphql<{
      issueRelationCreate: { issueRelation: { id: string } };
    }>(
      `mutation($input: IssueRelationCreateInput!) {
        issueRelationCreate(input: $input) { issueRelation { id } } }`,
      { input: { issueId: blocker, relatedIssueId: blocked, type: 'blocks' } },
    );
    return issueRelationCreate.issueRelation.id;
  })
  .extend(
    'unrelate',
    ({ workspace }) =>
      (relationId: string) =>
        workspace.graphql('mutation($id: String!) { issueRelationDelete(id: $id) { success } }', {
          id: relationId,
        }),
  )
  /** Time goes on for Linear and for us. */
  .extend('pass', ({ ingestion, workspace }) => async (ms: number): Promise<void> => {
    await ingestion.passInLinear(ms);
    workspace.pass(ms);
  })
  /** Serves features for as long as some are due, without a reconcile. */
  .extend('serveDue', ({ poller, workspace }) => async (): Promise<void> => {
    const { features, workspaces, now } = workspace.parts.deps;
    const { workspaceId } = workspace;
    for (let times = 0; times < 8; times++) {
      await workspaces.setDue(await workspace.row(), undefined);
      const due = (await features.due(now())).filter((each) => each.workspaceId === workspaceId);
      if (due.length === 0) return;
      const ids = due.map(({ id }) => id);
      await poller.container().serve(workspaceId, ids, { deadline: now() + 40_000 });
    }
    throw new Error('Something stays due for ever.');
  })
  .extend('learn', ({ workspace, pass, serveDue }) => ({
    /** Delivers every webhook, and serves what became due. */
    byWebhooks: async (): Promise<void> => {
      await settled();
      for (const body of workspace.webhooks()) await workspace.deliver(body);
      await serveDue();
    },
    /** Loses every webhook, lets some minutes pass, reconciles once and serves what became due. */
    byReconcile: async (): Promise<void> => {
      await settled();
      workspace.webhooks();
      await pass(11 * MINUTE_MS);
      await workspace.reconcile();
      await serveDue();
    },
  }))
  .extend('shows', ({ poller, workspace }) => async (issueId: string) => {
    const { projects, now } = workspace.parts.deps;
    const row = await poller.feature(issueId);
    const project = await projects.get(row.projectId ?? '');
    if (!isListed(row) || !project) throw new Error(`Nothing is shown of ${issueId}.`);
    return presentListedFeature(row, { workspace: await workspace.row(), project, now: now() });
  });
