/** The longest title that Linear takes, in characters. */
export const LONGEST_TITLE = { issue: 512, milestone: 80 } as const;
