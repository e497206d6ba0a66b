import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from 'scslre';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const files = globSync('{shared/reader/**/*.ts,shared/domain/planning/*.ts}', { cwd: root });

/** A literal follows an operator, a bracket, a comma or `return`; a division never does. */
const LITERAL = /(?:[=(,:?[!&|]|return|=>)\s*(\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*)/g;

const literals = files.flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(LITERAL)].map(([, literal = '']) => ({
    file,
    literal,
  })),
);

/** What makes a literal take more than linear time on some text. */
const reportsOf = (literal: string) => {
  const end = literal.lastIndexOf('/');
  const { reports } = analyse(
    { source: literal.slice(1, end), flags: literal.slice(end + 1) },
    { reportTypes: { Trade: true, Self: true, Move: true }, assumeRejectingSuffix: true },
  );
  return reports.map(({ type, character }) => `${type} on ${character.literal.source}`);
};

describe('no regular expression of the reader backtracks', () => {
  test('the audit sees the literals, and knows what backtracks', () => {
    expect(literals.length).toBeGreaterThan(25);
    expect(reportsOf('/(?:a+)+$/')).not.toEqual([]);
    expect(reportsOf('/\\s*\\s*x/')).not.toEqual([]);
    expect(reportsOf('/[:\\s]+$/')).not.toEqual([]);
  });

  test('none is made at run time, out of the audit’s sight', () => {
    const makers = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('RegExp('));
    expect(makers).toEqual([]);
  });

  test.each(literals)('$file: $literal', ({ literal }) => {
    // Runs of blanks and the like: a match of these never fails after the first character.
    const isPlainRun = /^\/(?:\\s|`|\[[^\]]+\])\+\/[gu]*$/.test(literal);
    if (!isPlainRun) expect(reportsOf(literal)).toEqual([]);
  });
});
