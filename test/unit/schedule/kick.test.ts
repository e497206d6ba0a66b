import { expect, test } from 'vitest';
import { kick } from '../../../shared/use-cases/schedule/kick.ts';

const kicking = () => {
  const sent: { workspaceId: string; featureIds: string[] }[] = [];
  let at = 1_000_000;
  const send = kick({
    start: async (each) => {
      sent.push(each);
    },
    now: () => at,
  });
  return {
    sent,
    wait: (ms: number) => {
      at += ms;
    },
    report: (workspaceId: string, id: string) => send({ workspaceId, featureIds: [id] }),
  };
};

test('the first kick is sent at once, and those of the next half second are sent with the one after', async () => {
  const { sent, wait, report } = kicking();
  for (const id of ['a', 'b', 'c', 'b']) await report('w', id);
  expect(sent).toEqual([{ workspaceId: 'w', featureIds: ['a'] }]);
  wait(500);
  await report('w', 'd');
  expect(sent[1]).toEqual({ workspaceId: 'w', featureIds: ['b', 'c', 'd'] });
});

test('workspaces do not wait for each other', async () => {
  const { sent, report } = kicking();
  await report('w', 'a');
  await report('v', 'b');
  expect(sent.map(({ workspaceId }) => workspaceId)).toEqual(['w', 'v']);
});

test('five hundred reports in a second make two kicks, each small enough for an event', async () => {
  const { sent, wait, report } = kicking();
  for (let n = 0; n < 500; n++) {
    await report('w', `feature-${n}`);
    wait(2);
  }
  expect(sent).toHaveLength(2);
  for (const { featureIds } of sent) expect(featureIds.length).toBeLessThanOrEqual(250);
});

test('a clock that went back stops no kicks', async () => {
  const { sent, wait, report } = kicking();
  await report('w', 'a');
  wait(-3_600_000);
  await report('w', 'b');
  expect(sent).toHaveLength(2);
});

test('old workspaces are forgotten, and none is kicked twice because of it', async () => {
  const { sent, wait, report } = kicking();
  for (let n = 0; n < 3_000; n++) {
    await report(`w${n}`, 'a');
    wait(1);
  }
  await report('w2999', 'b');
  expect(sent).toHaveLength(3_000);
});
