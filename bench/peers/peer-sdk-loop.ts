import type { LinearClient } from '@linear/sdk';

/** The usual way to write back: Linear's client, one issue after another, each with requests of its own. */
export const writeBackOneByOne = async (
  client: LinearClient,
  outcomes: readonly { issueId: string; summary: string; prUrl: string }[],
): Promise<void> => {
  const doneByTeam = new Map<string, string>();
  for (const { issueId, summary, prUrl } of outcomes) {
    const issue = await client.issue(issueId);
    const teamId = issue.teamId ?? '';
    if (!doneByTeam.has(teamId)) {
      const states = await client.workflowStates({ filter: { team: { id: { eq: teamId } } } });
      doneByTeam.set(teamId, states.nodes.find(({ type }) => type === 'completed')?.id ?? '');
    }
    await issue.update({ stateId: doneByTeam.get(teamId) ?? '' });
    await client.createAttachment({ issueId, url: prUrl, title: 'Pull request' });
    await client.createComment({ issueId, body: summary });
  }
};
