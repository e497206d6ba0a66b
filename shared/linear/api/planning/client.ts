import * as z from 'zod/mini';
import { shortened } from '../../../fitting.ts';
import { jsonOrNothing } from '../../../json.ts';
import {
  Envelope,
  failureOf,
  type LinearClient,
  linearClient,
  MOST_LOGGED,
  withoutTexts,
} from '../../client.ts';
import { LinearError } from '../../errors.ts';

/**
 * Linear makes the mutations of a request one after another, so dozens of them take longer than a query. Giving up on
 * them early would leave open which were made.
 */
const TIMEOUT_MS = 30_000;

/** Why Linear refused a request of mutations, or one of them. */
type Refusal = {
  /** Shortened. */
  message: string;
  /** Where: an alias, and below it if the mutation was made and only its answer could not be put together. */
  path: readonly (string | number)[];
  /** What Linear shows people. It names the id that is taken. */
  forPeople: string;
};

/** By alias. Empty if Linear left it out, as its schema demands where a mutation is refused. */
type Attempt = { data: Readonly<Record<string, unknown>>; refusal: Refusal | undefined };

const ForPeople = z.object({ userPresentableMessage: z._default(z.string(), '') });

/** A client that also tells what Linear answered of a request before the mutation that it refused. */
export const planningClient = ({ apiUrl, now }: { apiUrl: string; now: () => number }) => ({
  ...linearClient({ apiUrl, now }),

  /** Throws `LinearError` for anything but an answer or a refusal. What was sent may then have been made. */
  async attempt(
    accessToken: string,
    { query, variables }: { query: string; variables: Record<string, unknown> },
  ): Promise<Attempt> {
    const response = await fetch(new URL('/graphql', apiUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new LinearError({ is: 'unavailable' }, { cause: String(cause) });
    });
    const envelope = Envelope.safeParse(jsonOrNothing(await response.text().catch(() => '')));
    const { data, errors } = envelope.success ? envelope.data : {};
    if (data && !errors && response.ok) return { data, refusal: undefined };
    const failure = failureOf(response, errors, now());
    const [first] = errors ?? [];
    if (failure.is !== 'refused' || !first)
      throw new LinearError(failure, {
        status: response.status,
        errors: errors?.slice(0, MOST_LOGGED).map(withoutTexts),
      });
    const { data: people } = z.safeParse(ForPeople, first.extensions ?? {});
    return {
      data: data ?? {},
      refusal: {
        message: failure.message,
        path: first.path ?? [],
        forPeople: shortened(people?.userPresentableMessage ?? ''),
      },
    };
  },
});

export type PlanningClient = LinearClient & Pick<ReturnType<typeof planningClient>, 'attempt'>;
