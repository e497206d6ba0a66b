import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { WorkspaceChanges } from '../../lambdas/api/workspaces/schemas.ts';
import { AppError, enumerated } from '../../shared/errors.ts';
import { LinearError } from '../../shared/linear/errors.ts';
import { parseInput, parseRow } from '../../shared/parse.ts';

/** The upper bound for any problem answer. */
const MOST_BYTES = 50_000;
const sizeOf = ({ message, fields }: AppError) => Buffer.byteLength(JSON.stringify({ message, fields }));
const refused = (call: () => unknown): AppError => {
  try {
    call();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
};

test('an error names a limited number of wrong fields and counts the rest', () => {
  const fields = Array.from({ length: 4_000 }, (_, n) => ({ field: `f${n}`, message: 'x'.repeat(7_000) }));
  const error = new AppError('invalid_input', 'Wrong.', { fields });
  expect(error.fields).toHaveLength(51);
  expect(error.fields.at(-1)?.message).toBe('And 3950 more.');
  expect(sizeOf(error)).toBeLessThan(MOST_BYTES);
});

test('a long message that quotes a caller or Linear is cut between characters', () => {
  const error = new AppError('invalid_input', '😀'.repeat(10_000));
  expect(error.message.length).toBeLessThan(1_100);
  expect(error.message.isWellFormed()).toBe(true);
  const failure = new LinearError({ is: 'refused', message: 'x'.repeat(1_000_000), path: undefined }, {});
  expect(JSON.stringify(failure.failure).length).toBeLessThan(1_100);
});

test('a message lists a limited number of names and counts the rest', () => {
  expect(enumerated(['b', 'a', 'a'])).toBe('a, b');
  expect(enumerated([])).toBe('none');
  expect(enumerated(Array.from({ length: 150 }, (_, n) => `state ${n}`))).toMatch(/, … and 130 more$/);
  expect(enumerated(Array.from({ length: 20 }, (_, n) => `${n}`.repeat(5_000))).length).toBeLessThan(1_100);
});

test('the refusal of settings is small, however many and long their fields are', () => {
  const shape = fc.record({ teams: fc.nat(300), fields: fc.nat(20), length: fc.nat(60) });
  fc.assert(
    fc.property(shape, ({ teams, fields, length }) => {
      const map = Object.fromEntries(Array.from({ length: fields }, (_, n) => [`${n}`.padEnd(length), n]));
      const some = Array.from({ length: teams }, (_, n) => [`${n}`.padEnd(length), map]);
      const teamStatusMaps = { ...Object.fromEntries(some), team: { ['x'.repeat(100_000)]: 1 } };
      const body = { settings: { teamStatusMaps } };
      expect(sizeOf(refused(() => parseInput(WorkspaceChanges, body, 'The change')))).toBeLessThan(
        MOST_BYTES,
      );
    }),
    { numRuns: 20, endOnFailure: true },
  );
});

test('a map of too many teams is refused with one field error', () => {
  const teamStatusMaps = Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`team-${n}`, {}]));
  const error = refused(() => parseInput(WorkspaceChanges, { settings: { teamStatusMaps } }, 'The change'));
  expect(error.fields).toEqual([
    { field: 'settings.teamStatusMaps', message: 'At most 250 teams can have a map of their own.' },
  ]);
});

test('the error for an unreadable row is short enough to log', () => {
  const row = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, 1]));
  const read = () => parseRow(z.record(z.string(), z.string()), row, 'features');
  expect(read).toThrow(/: And 4950 more\.$/);
});
