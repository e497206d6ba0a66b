type Announced = { dispatchId: string; runId: string; feature: { id: string } };

/** EventBridge's limits of one request. */
const MOST_EVENTS = 10;
const MOST_BYTES = 256_000;

/** An event bus that keeps what is announced. */
export const testBus = () => {
  const announced: Announced[] = [];
  let takes = true;
  return {
    announced,
    /** Decides whether it accepts events from now on. */
    take: (isOpen: boolean) => {
      takes = isOpen;
    },
    async put(_type: string, details: readonly object[]): Promise<boolean[]> {
      if (details.length > MOST_EVENTS || Buffer.byteLength(JSON.stringify(details)) > MOST_BYTES)
        return details.map(() => false);
      if (takes) announced.push(...(details as Announced[]));
      return details.map(() => takes);
    },
  };
};
