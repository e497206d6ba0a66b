import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conditions } from '../../../shared/data/condition.ts';
import { type Texts, textsTable } from '../../../shared/data/planning/texts.ts';
import { tableOf } from '../../../shared/data/table.ts';
import { planning_texts } from '../../../shared/data/tables.ts';
import { random } from '../../../testing/random.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

let tables: TestTables;
let texts: Texts;
beforeAll(async () => {
  tables = await startTables();
  texts = textsTable(tables.db, 'planning_texts');
});
afterAll(() => tables.stop());

const SESSION = 'session-1';
type Part = { sessionId: string; id: string; expiresAtSeconds?: number };
const table = () => tableOf<Part>()(tables.db, 'planning_texts', planning_texts);
const partOf = (name: string, part: number) => table().get({ sessionId: SESSION, id: `${name}#${part}` });

const chance = random(1);
/** A text that hardly compresses, so that it takes three parts. */
const LONG = Array.from({ length: 1_000_000 }, () =>
  String.fromCharCode(33 + Math.floor(chance() * 90)),
).join('');

describe('a text in several parts', () => {
  test('is read as it was stored', async () => {
    await texts.put(SESSION, 'long', LONG);
    expect([await partOf('long', 2), await partOf('long', 3)]).toEqual([expect.anything(), undefined]);
    expect((await texts.get(SESSION, 'long')) === LONG).toBe(true);
  });

  test('is not there until its last part is stored', async () => {
    let puts = 0;
    const { client } = tables.db;
    const failing = new Proxy(client, {
      get: (target, key) => {
        const member = Reflect.get(target, key);
        if (key !== 'send') return member;
        return (command: never) => {
          if (++puts > 2) throw new Error('The process died.');
          return client.send(command);
        };
      },
    });
    const dying = textsTable({ ...tables.db, client: failing }, 'planning_texts');
    await expect(dying.put(SESSION, 'half', LONG)).rejects.toThrow('died');
    expect(await texts.get(SESSION, 'half')).toBeUndefined();
  });

  test('without one of them is an error, and never a shorter text', async () => {
    await texts.put(SESSION, 'torn', LONG);
    await table().delete({ sessionId: SESSION, id: 'torn#1' }, conditions<Part>().exists('id'));
    await expect(texts.get(SESSION, 'torn')).rejects.toThrow('A part of the text torn is missing');
  });

  test('is removed with all of them', async () => {
    await texts.put(SESSION, 'gone', LONG);
    await texts.remove(SESSION, 'gone');
    expect(await Promise.all([0, 1, 2].map((part) => partOf('gone', part)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test('every part of a text that is needed for some time expires after it', async () => {
  await texts.put(SESSION, 'brief', LONG, 1_500);
  const parts = await Promise.all([0, 1, 2].map((part) => partOf('brief', part)));
  expect(parts.map((part) => part?.expiresAtSeconds)).toEqual([2, 2, 2]);
});

test('every part of a text that has ended expires a day later', async () => {
  await texts.put(SESSION, 'ended', LONG);
  await texts.end(SESSION, 'ended', 1_500);
  const parts = await Promise.all([0, 1, 2].map((part) => partOf('ended', part)));
  expect(parts.map((part) => part?.expiresAtSeconds)).toEqual([86_402, 86_402, 86_402]);
  expect((await texts.get(SESSION, 'ended')) === LONG).toBe(true);
});

test('the end of a text that is not there leaves nothing behind', async () => {
  await texts.end(SESSION, 'never', 1_500);
  expect(await partOf('never', 0)).toBeUndefined();
});
