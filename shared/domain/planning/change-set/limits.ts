/** The longest titles that we send, in characters. Linear documents no limit; those that others met are 80 to 512. */
export const LONGEST_TITLE = { issue: 255, milestone: 80 } as const;
