import { describe, test } from 'vitest';
import { expectPages } from '../../../support/planning/expect-pair.ts';
import { headings } from '../../../support/planning/pages.ts';

const page = (...lines: string[]): string => headings(lines.join('\n'));
const HEAD = ['epic: Invoicing', 'feature: Send invoices'];

describe('a key that is only a position', () => {
  test('does not join two items with the same title in different places', () => {
    expectPages(
      page(
        ...HEAD,
        'story S1: Preview an invoice',
        'story S2: Documentation',
        'feature: Pay invoices',
        'story S3: Documentation',
        'story S4: Pay by card',
      ),
      page(
        ...HEAD,
        'story S1: Preview an invoice',
        'feature: Pay invoices',
        'story S2: Documentation',
        'story S3: Refund by hand',
        'story S4: Pay by card',
      ),
      {
        joined: ['Documentation (2) → Documentation'],
        missing: ['Documentation'],
        added: ['Refund by hand'],
      },
    );
  });

  test('does not join an item with one that took its place, while its text is elsewhere', () => {
    expectPages(
      page(
        ...HEAD,
        'story S1: Preview an invoice',
        'story S2: Show the list of open invoices to customers',
        'Whoever owes us something sees it after the login.',
        'story S3: Pay by card',
      ),
      page(
        ...HEAD,
        'story S1: Preview an invoice',
        'story S2: Show the list of open invoices to partners',
        'Partners see the sums by month.',
        'story S3: Pay by card',
        'story S4: Debts on the start page',
        'Whoever owes us something sees it after the login.',
      ),
      {
        asked: ['Show the list of open invoices to customers → Show the list of open invoices to partners'],
        added: ['Debts on the start page'],
      },
    );
  });

  test('does not join an item with one that took its place and has the text of a third', () => {
    expectPages(
      page(
        ...HEAD,
        'story S1: Preview an invoice',
        'story S2: Show the list of open invoices to customers',
        'story S3: Pay by card',
        'story S4: Sums for partners',
        'Partners see the sums by month.',
      ),
      page(
        ...HEAD,
        'story S1: Preview an invoice',
        'story S2: Show the list of open invoices to partners',
        'Partners see the sums by month.',
        'story S3: Pay by card',
      ),
      {
        asked: ['Show the list of open invoices to customers → Show the list of open invoices to partners'],
        missing: ['Sums for partners'],
      },
    );
  });
});

describe('titles that moved from item to item', () => {
  const swapped = (one: string, other: string) =>
    page(
      'epic: Invoicing',
      `feature: ${one}`,
      'story: Preview an invoice',
      'story: Attach the order',
      `feature: ${other}`,
      'story: Pay by card',
      'story: Refund by hand',
    );
  test('do not take the children along', () => {
    expectPages(swapped('Send invoices', 'Pay invoices'), swapped('Pay invoices', 'Send invoices'), {
      asked: ['Pay invoices → Send invoices', 'Send invoices → Pay invoices'],
    });
  });
});
