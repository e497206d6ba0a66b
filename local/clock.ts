/** The clock of a run: real time, moved by what was asked of the local Linear. Gateway, schedule and functions share it. */
export type Clock = { now(): number; offsetMs: number };

export const createClock = (): Clock => ({
  offsetMs: 0,
  now() {
    return Date.now() + this.offsetMs;
  },
});
