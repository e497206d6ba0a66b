import { readdirSync, readFileSync } from 'node:fs';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { featuresTable } from '../../../shared/data/features/features.ts';
import { projectionOf } from '../../../shared/domain/features/feature.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { issueSnapshot, placement } from '../../../testing/builders.ts';
import { startTables } from '../../../testing/tables.ts';
import { inTurns, least } from '../../harness/measure.ts';
import { type Row, shown } from '../../report/row.ts';

const ROUNDS = 5;
const WRITES = 400;
const IN_FLIGHT = 8;
const NOW = Date.parse('2026-11-02T12:00:00.000Z');
/** The unit in which Linux counts CPU time. */
const TICK_MS = 10;

/** The id of the engine process that serves an endpoint. */
const engineOf = (endpoint: string): string => {
  const { port } = new URL(endpoint);
  const serves = (pid: string) => {
    try {
      const [binary = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return binary.endsWith('dynoxide') && args.includes(port);
    } catch {
      return false;
    }
  };
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && serves(name));
  if (!pid) throw new Error(`No process of the embedded engine serves port ${port} of this machine.`);
  return pid;
};

/** User and system time of a process: fields 14 and 15 of its `stat`. The name in field 2 may contain spaces. */
const cpuMs = (pid: string): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
};

/** The engine's CPU time for our conditional writes, compared with a PutItem of the item that results. */
export const engineCpu = async (): Promise<Row[]> => {
  const tables = await startTables({ onDisk: true });
  const { db } = tables;
  const features = featuresTable(db, 'features');
  const pid = engineOf(tables.endpoint);
  let number = 0;
  let second = 0;

  /** Measures the engine's milliseconds per write. */
  const each = (write: (name: string, at: string) => Promise<unknown>, isNew: boolean) => async () => {
    const at = new Date(NOW + ++second * 1000).toISOString();
    const first = isNew ? number : 0;
    if (isNew) number += WRITES;
    const before = cpuMs(pid);
    let next = 0;
    const worker = async () => {
      while (next < WRITES) await write(`issue-${first + next++}`, at);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    return (cpuMs(pid) - before) / WRITES;
  };

  const project = async (linearIssueId: string, at: string) => {
    const snapshot = issueSnapshot({ id: linearIssueId, updatedAt: at, title: `At ${at}` }, at);
    const projection = projectionOf(snapshot, { ...placement(), projectId: 'project-1' });
    const written = await features.saveProjection(projection, {
      scope: 'create',
      makesDue: true,
      now: Date.parse(at),
    });
    if (written !== 'written') throw new Error(`The projection answered ${written} instead of written.`);
  };

  try {
    await each(project, true)();
    const Key = { id: { S: derivedId('feature', 'issue-0') } };
    const { Item } = await db.client.send(new GetItemCommand({ TableName: 'features', Key }));
    if (!Item) throw new Error('The projection wrote no feature.');
    const put = (name: string, at: string) => {
      const changed = { linearUpdatedAt: { S: at }, dueAt: { S: `${at}#${name}` } };
      const id = { S: derivedId('feature', name) };
      return db.client.send(new PutItemCommand({ TableName: 'features', Item: { ...Item, ...changed, id } }));
    };
    const putKey = (name: string) =>
      db.client.send(
        new PutItemCommand({ TableName: 'features', Item: { id: { S: derivedId('feature', name) } } }),
      );
    const cpu = await inTurns(ROUNDS, {
      create: each(project, true),
      put: each(put, true),
      update: each(project, false),
      overwrite: each(put, false),
      putKey: each(putKey, true),
    });
    return [
      shown({
        what: 'engine CPU, a new feature ÷ PutItem of the same item',
        measured: least(cpu.create) / least(cpu.put),
      }),
      shown({
        what: '… an update ÷ PutItem over the same item',
        measured: least(cpu.update) / least(cpu.overwrite),
      }),
      shown({
        what: '… a new feature ÷ PutItem of its key alone, which enters no index',
        measured: least(cpu.create) / least(cpu.putKey),
      }),
    ];
  } finally {
    await tables.stop();
  }
};
