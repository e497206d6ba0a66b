// Runs one function in its own process, one event at a time. It is JavaScript to save each process the memory of
// Node's TypeScript loader. Arguments: the bundle, the name of its handler, the clock's offset in ms.
import { pathToFileURL } from 'node:url';

const [bundle, handlerName, initialOffsetMs] = process.argv.slice(2);

process.on('disconnect', () => process.exit());
// Ctrl-C sends SIGINT to the whole process group, but the runner stops its functions itself.
process.on('SIGINT', () => {});

const realNow = Date.now;
let offsetMs = Number(initialOffsetMs);
Date.now = () => realNow() + offsetMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [Date.now()], newTarget),
  apply: () => new Date().toString(),
});
Date.prototype.constructor = Date;

const { [handlerName]: handler } = await import(pathToFileURL(bundle));
if (typeof handler !== 'function') throw new Error(`${bundle} exports no function "${handlerName}".`);

process.on('message', async ({ requestId, event, context, deadline, offsetMs: offset }) => {
  offsetMs = offset;
  const getRemainingTimeInMillis = () => deadline - realNow();
  const full = {
    ...context,
    awsRequestId: requestId,
    getRemainingTimeInMillis,
    callbackWaitsForEmptyEventLoop: true,
  };
  try {
    const result = await handler(JSON.parse(event), full);
    process.send({ payload: JSON.stringify(result ?? null) });
  } catch (error) {
    console.error('Invoke Error', error);
    const { name: errorType = 'Error', message: errorMessage = String(error), stack = '' } = error ?? {};
    const trace = stack.split('\n');
    process.send({ payload: JSON.stringify({ errorType, errorMessage, trace }), functionError: 'Unhandled' });
  }
});
process.send({ ready: true });
