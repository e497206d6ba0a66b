/** The styles of the list of issues. */
export const issueListStyle = `
.issues { list-style: none; margin: 1rem 0 0; padding: 0; border-top: 1px solid var(--line) }
.issues li { display: grid; grid-template-columns: 4.2rem 7.5rem minmax(0, 1fr) auto; gap: .75rem; align-items: center;
  padding: .5rem .25rem; border-bottom: 1px solid var(--line) }
.issues li:hover { background: var(--hover) }
@media (max-width: 52rem) {
  .issues li { grid-template-columns: auto minmax(0, 1fr) auto; row-gap: .15rem }
  .issues .title { grid-row: 2; grid-column: 1 / -1 }
}
`;
