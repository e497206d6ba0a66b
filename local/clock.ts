/** The clock of a run, shared by gateway, schedule and functions: real time plus the offset of the local Linear. */
export type Clock = { now(): number; offsetMs: number };

export const createClock = (): Clock => {
  const clock = { offsetMs: 0, now: () => Date.now() + clock.offsetMs };
  return clock;
};
