/** The time as epoch milliseconds. */
export type Now = () => number;
