/** A plan in headings, one for each line: `epic: Billing`, `feature F1: Invoices`. Other lines are paragraphs. */
export const headings = (lines: string): string =>
  lines
    .trim()
    .split('\n')
    .map((line) => {
      const text = line.trim();
      const rank = { epic: 1, feature: 2, story: 3 }[/^\w+/.exec(text)?.[0] ?? ''];
      return rank ? `<h${rank}>${text}</h${rank}>` : `<p>${text}</p>`;
    })
    .join('');

/** A page that plans something, with a key on each item. */
export const BILLING = headings(`
  epic E4: Billing
  feature F1: Invoices
  Benefit: fewer calls about invoices
  story S1: Send an invoice
  Estimate: 3
  story S2: Remind of an invoice
  feature F2: Refunds
  story S7: Refund a card`);

export const BILLING_TITLES = [
  'Billing',
  'Invoices',
  'Send an invoice',
  'Remind of an invoice',
  'Refunds',
  'Refund a card',
];
