import * as z from 'zod';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import { type HttpRequest, type HttpResponse, json } from './http.ts';
import type { Routes } from './routes.ts';
import type { Switches, SwitchShape } from './switches.ts';

/** A call of the control API (`/_local/...`) that is wrong; the message says what would be right. */
export class ControlError extends Error {}

export const readJson = ({ body }: HttpRequest): unknown => {
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw new ControlError('the body is not JSON; send an object such as {"advanceMs": 60000}');
  }
};

/** The 400 for a wrong call of the control API. Any other error is a bug and is thrown again. */
export const controlErrorAnswer = (error: unknown): HttpResponse => {
  if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) });
  if (error instanceof ControlError) return json(400, { error: error.message });
  throw error;
};

const YEAR_MS = 366 * 24 * 3_600_000;
const ClockBody = z.strictObject({ advanceMs: z.int().min(0).max(YEAR_MS) });

/** Reads and advances the clock. The answer waits for `onAdvance`. */
export const clockRoutes = (clock: Clock, onAdvance: () => Promise<void>): Routes => {
  const now = () => json(200, { now: clock.iso(), offsetMs: clock.offsetMs });
  return {
    'GET /_local/clock': now,
    'POST /_local/clock': async (request) => {
      clock.offsetMs += ClockBody.parse(readJson(request)).advanceMs;
      await onAdvance();
      return now();
    },
  };
};

/** Lists, adds and clears faults. `read` takes a fault from a request, or throws what is wrong with it. */
export const faultRoutes = <F extends { count: number }>(
  faults: Faults<F>,
  read: (request: HttpRequest) => F,
): Routes => ({
  'GET /_local/faults': () => json(200, { faults: faults.list() }),
  'POST /_local/faults': (request) => json(201, faults.add(read(request))),
  'DELETE /_local/faults': () => {
    faults.clear();
    return json(200, { faults: [] });
  },
});

/** Describes and changes the switches. */
export const switchRoutes = <Shape extends SwitchShape>(switches: Switches<Shape>): Routes => {
  const describe = () => json(200, { switches: switches.describe() });
  return {
    'GET /_local/switches': describe,
    'POST /_local/switches': (request) => {
      switches.change(switches.readChanges(readJson(request)));
      return describe();
    },
  };
};
