import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openDescription, storeDescription } from '../../../shared/data/description.ts';

test('a short text is stored as it is', () => {
  expect(storeDescription('short')).toEqual({ description: 'short' });
});

test('a long text is stored compressed and comes back whole', () => {
  const text = 'Let people pay. '.repeat(20_000);
  const { description, descriptionTruncated } = storeDescription(text);
  expect(description.length).toBeLessThan(10_000);
  expect(descriptionTruncated).toBeUndefined();
  expect(openDescription(description)).toBe(text);
});

test('a text that does not fit is cut between characters and marked as cut', () => {
  const text = `${randomBytes(400_000).toString('base64')}${'👩‍🚀'.repeat(1_000)}`;
  const { description, descriptionTruncated } = storeDescription(text);
  expect(descriptionTruncated).toBe(true);
  expect(description.length).toBeLessThanOrEqual(200_000);
  const opened = openDescription(description);
  expect(opened.length).toBeGreaterThan(200_000);
  expect(text.startsWith(opened)).toBe(true);
  expect(storeDescription('🚀'.repeat(10)).description).toBe('🚀'.repeat(10));
});
