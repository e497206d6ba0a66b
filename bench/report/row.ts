/** One line of the table. A `shown` line has no goal: it explains the line above it. */
export type Row = {
  what: string;
  goal: string;
  limit: string;
  measured: string;
  verdict: 'met' | 'missed' | 'shown';
};

export type Benchmark = () => Promise<Row[]>;

const digits = (value: number): string =>
  Number(value.toPrecision(4)).toLocaleString('en', { maximumFractionDigits: 4 });

type Measured = { what: string; measured: number; unit?: string; limit?: string | number };

const row = ({ what, measured, unit = '', limit = '' }: Measured, goal: string, isMet: boolean): Row => ({
  what,
  goal: goal && `${goal}${unit}`,
  limit: limit === '' ? '' : `${limit}${unit}`,
  measured: `${digits(measured)}${unit}`,
  verdict: goal === '' ? 'shown' : isMet ? 'met' : 'missed',
});

export const atMost = (goal: number, measured: Measured): Row =>
  row(measured, `≤ ${digits(goal)}`, measured.measured <= goal);
export const atLeast = (goal: number, measured: Measured): Row =>
  row(measured, `≥ ${digits(goal)}`, measured.measured >= goal);
export const exactly = (goal: number, measured: Measured): Row =>
  row(measured, digits(goal), measured.measured === goal);
export const shown = (measured: Measured): Row => row(measured, '', true);
