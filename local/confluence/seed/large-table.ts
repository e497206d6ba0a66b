const PARTS = [
  'Door belt',
  'Rope pulley',
  'Brake shoe',
  'Cabin lamp',
  'Pit ladder',
  'Guide rail',
  'Call button',
];

const paragraph = (row: number): string =>
  `The ${PARTS[row % PARTS.length]?.toLowerCase()} of lift ${row} comes from the maker, and the depot keeps one. ` +
  'The engineer who takes it scans the shelf, names the lift, and sees at once when the next one arrives. '.repeat(
    14,
  );

/** A feature table of 500 rows and about a megabyte. */
export const largeTable = (): string => {
  const rows = Array.from({ length: 500 }, (_, index) => {
    const row = index + 1;
    const type = row % 10 === 1 ? 'Feature' : 'Story';
    const key = type === 'Feature' ? `F${100 + row}` : `S${100 + row}`;
    const title = `${PARTS[row % PARTS.length]} for lift ${row}`;
    return `<tr><td><p>${key}</p></td><td><p>${type}</p></td><td><p>${title}</p></td><td><p>${[1, 2, 3, 5, 8][row % 5]}</p></td><td><p>${paragraph(row)}</p></td></tr>`;
  });
  const head = ['Key', 'Type', 'Title', 'SP', 'Description']
    .map((name) => `<th><p>${name}</p></th>`)
    .join('');
  return `<table><tbody><tr>${head}</tr>${rows.join('')}</tbody></table>`;
};
