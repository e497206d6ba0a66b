import type { Criterion, ItemFields } from '../../plan.ts';

/** A criterion on one line: a line break would end the list item. */
const checkbox = ({ text, done }: Criterion): string =>
  `- [${done ? 'x' : ' '}] ${text.replace(/\s*\n\s*/g, ' ')}`;

const section = (title: string, text: string): string => `## ${title}\n\n${text}`;

/** The description of an issue or a milestone: the narrative, then the benefit and the criteria under headings. */
export const descriptionOf = ({ description, benefit, acceptance = [] }: ItemFields): string =>
  [
    description,
    benefit && section('Benefit hypothesis', benefit),
    acceptance.length > 0 && section('Acceptance criteria', acceptance.map(checkbox).join('\n')),
  ]
    .filter(Boolean)
    .join('\n\n');
