import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseXml } from '@rgrove/parse-xml';
import { faceOf, type KnownItem } from '../../../shared/domain/planning/identity/face.ts';
import { matchReading } from '../../../shared/domain/planning/identity/match.ts';
import type { PlanItem } from '../../../shared/domain/planning/plan.ts';
import { readPage } from '../../../shared/reader/read-page.ts';
import { inTurns, least } from '../../harness/measure.ts';
import { atMost, type Benchmark, shown } from '../../report/row.ts';
import { edited, pageOfBytes, pageOfRows, pageOfSections } from './plan-page.ts';

const ROUNDS = 9;
const KB = 1_000;
const MB = 1_000_000;
const SIZES = [10 * KB, 30 * KB, 100 * KB, 300 * KB, MB, 5 * MB];

const cpuMs = async (work: () => unknown): Promise<number> => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

/** The parser alone, with the options that the reader needs. */
const bareParse = (storage: string) =>
  parseXml(`<root>${storage}</root>`, {
    includeOffsets: true,
    preserveCdata: true,
    preserveComments: true,
    resolveUndefinedEntity: () => ' ',
  });

const read = (storage: string) => readPage({ storage, users: new Map() });

/** What a session keeps of the items of a reading. */
const knownFrom = (items: readonly PlanItem[]): KnownItem[] =>
  items.map((item) => ({
    ...faceOf(item),
    id: item.ref,
    parentId: item.parent,
    isMissing: false,
    isGuarded: false,
  }));

/** Reads a page and says which of its items are those of the page before some edits. */
const recognise = (storage: string) => {
  const known = knownFrom(read(edited(storage)).items);
  return () => matchReading(known, read(storage).items);
};

const ratioRows = async (what: string, storage: string) => {
  const recognised = recognise(storage);
  const measured = await inTurns(
    ROUNDS,
    {
      bare: () => cpuMs(() => bareParse(storage)),
      read: () => cpuMs(() => read(storage)),
      recognise: () => cpuMs(recognised),
    },
    { warmUp: 3 },
  );
  const bare = least(measured.bare);
  return [
    atMost(3, {
      what: `Read and recognise ${what}, by the parser alone on it`,
      measured: least(measured.recognise) / bare,
      unit: ' ×',
    }),
    shown({
      what: `reading ${what}, by the parser alone on it`,
      measured: least(measured.read) / bare,
      unit: ' ×',
    }),
    shown({ what: `the parser alone on ${what}`, measured: bare, unit: ' ms' }),
  ];
};

/** The slope of time over size, both in logarithms, by least squares. */
const exponent = (points: readonly { size: number; ms: number }[]): number => {
  const logs = points.map(({ size, ms }) => ({ x: Math.log(size), y: Math.log(ms) }));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(logs.map((log) => log.x)), mean(logs.map((log) => log.y))];
  const covariance = logs.reduce((sum, log) => sum + (log.x - x) * (log.y - y), 0);
  return covariance / logs.reduce((sum, log) => sum + (log.x - x) ** 2, 0);
};

const timeBySize = async () => {
  const points: { size: number; ms: number }[] = [];
  for (const bytes of SIZES) {
    const storage = pageOfBytes(bytes);
    // Small pages are read often enough to be measured.
    const times = Math.max(1, Math.floor((200 * KB) / bytes));
    const { read: ms } = await inTurns(
      5,
      {
        read: () =>
          cpuMs(() => {
            for (let time = 0; time < times; time++) read(storage);
          }),
      },
      { warmUp: 2 },
    );
    points.push({ size: storage.length, ms: least(ms) / times });
  }
  return points;
};

const peakMb = (bytes: number): number =>
  Number(
    execFileSync(
      process.execPath,
      ['--max-semi-space-size=1', join(import.meta.dirname, 'read-process.ts'), String(bytes)],
      { encoding: 'utf8' },
    ),
  );

/** What reading a page costs: time by the parser alone, growth with the size, and memory. */
export const readPageCost: Benchmark = async () => {
  const large = await ratioRows('1 MB', pageOfBytes(MB));
  const rows = await ratioRows('500 rows', pageOfRows(500));
  const sections = await ratioRows('1 MB of short headings and paragraphs', pageOfSections(MB));
  const points = await timeBySize();
  const bare = peakMb(0);
  return [
    ...large,
    ...rows,
    ...sections,
    atMost(1.1, { what: 'Exponent of time over size, 10 kB to 5 MB', measured: exponent(points) }),
    ...points.map(({ size, ms }) =>
      shown({ what: `reading ${Math.round(size / KB)} kB`, measured: ms, unit: ' ms' }),
    ),
    atMost(128, { what: 'Memory above the bare runtime, 1 MB', measured: peakMb(MB) - bare, unit: ' MB' }),
    shown({ what: 'memory above the bare runtime, 5 MB', measured: peakMb(5 * MB) - bare, unit: ' MB' }),
  ];
};
