import { describe, expect, test } from 'vitest';
import { similarity } from '../../../shared/domain/planning/similarity.ts';
import {
  display,
  fold,
  label,
  oneLine,
  outlineEnd,
  titleNorm,
} from '../../../shared/domain/planning/text.ts';

describe('text', () => {
  test('is one line without invisible characters', () => {
    expect(oneLine(' a\u00a0\n b\u200Bc\u3000d\u00ADe ')).toBe('a bc de');
    expect(oneLine('e\u0301')).toBe('é');
  });

  test('folds case, accents, quotes and dashes, and leaves Japanese whole', () => {
    expect(fold('Critères d’acceptation')).toBe("criteres d'acceptation");
    expect(fold('criteres d´acceptation')).toBe("criteres d'acceptation");
    expect(fold('Maß – „GROẞ“')).toBe('mass - "gross"');
    expect(fold('ﾌｨｰﾁｬｰ：が')).toBe('フィーチャー:が');
  });

  test('shows a title without emoji and separators at its ends', () => {
    expect(display(' – Blocked beds 🔴 .')).toBe('Blocked beds');
    expect(display('👩🏽‍🚀 Crew 🇩🇪 view ❤️')).toBe('Crew view');
    expect(display('Acme® search , fast ; ok )')).toBe('Acme® search, fast; ok)');
    expect(display('Why not?')).toBe('Why not?');
  });

  test('keeps the blank before a mark that starts a word', () => {
    expect(display('Migrate to .NET 8')).toBe('Migrate to .NET 8');
  });

  test('finds an outline number, and takes no bare integer for one', () => {
    expect(['1. A', '2) A', '2.3 A', '2.3.1. A'].map((text) => text.slice(outlineEnd(text)))).toEqual([
      'A',
      'A',
      'A',
      'A',
    ]);
    expect(['1 A', '1.A', '1.', '', 'A 1. B'].map(outlineEnd)).toEqual([0, 0, 0, 0, 0]);
  });

  test('labels without outline number, bracket, colon and star', () => {
    expect(label('2.1 Estimate (SP)* :')).toBe('estimate');
    expect(label('Priority [MoSCoW]')).toBe('priority');
    expect(label('(see below)')).toBe('(see below)');
  });

  test('compares titles without marks at their ends', () => {
    expect(titleNorm('“Live” view!')).toBe('live" view');
    expect(titleNorm('???')).toBe('???');
  });

  test('measures the likeness of titles by words, and of Japanese ones by pairs of characters', () => {
    expect(similarity('See the score', 'The score, see')).toBe(1);
    expect(similarity('See the score now', 'See the price now')).toBe(0.75);
    expect(similarity('在庫を表示する', '在庫を表示した')).toBeCloseTo(2 / 3);
    expect(similarity('a', 'b')).toBe(0);
  });

  test('takes linear time', () => {
    const long = '- '.repeat(500_000);
    const start = performance.now();
    for (const text of [long, `${long}a`, ` .${long}`, '1.'.repeat(500_000), '['.repeat(1e6)]) {
      display(text);
      label(text);
      titleNorm(text);
    }
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
