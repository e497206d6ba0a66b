// A process that keeps its modules loaded, like a warm function. For each message it makes a number of calls, one after
// another, and sends back the CPU time in microseconds per call. It is JavaScript because Node's TypeScript loader would
// be measured too.
const loaded = new Map();
const load = async (bundle) => {
  if (!loaded.has(bundle)) loaded.set(bundle, await import(bundle));
  return loaded.get(bundle);
};

const { parse } = JSON;
let parsed = 0;

process.on('message', async ({ bundle, name, inputs, countParses }) => {
  const { [name]: call } = await load(bundle);
  parsed = 0;
  if (countParses)
    JSON.parse = (...args) => {
      parsed += 1;
      return parse(...args);
    };
  const statuses = [];
  const before = process.cpuUsage();
  for (const input of inputs) statuses.push((await call(input, { awsRequestId: 'warm' })).statusCode);
  const { user, system } = process.cpuUsage(before);
  JSON.parse = parse;
  process.send({ micros: (user + system) / inputs.length, statuses, parses: parsed / inputs.length });
});
process.on('disconnect', () => process.exit());
