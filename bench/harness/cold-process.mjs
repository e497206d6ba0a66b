// A cold start: a fresh process loads a bundle and answers one event. Its last line of output has both durations in
// milliseconds. Arguments: the bundle, a file with the event. It is JavaScript because Node's TypeScript loader would
// be measured too.
import { readFileSync } from 'node:fs';

const [bundle, eventFile] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));

const started = performance.now();
const { handler } = await import(bundle);
const loaded = performance.now();
const { statusCode } = await handler(event, { awsRequestId: 'cold' });
const answered = performance.now();
console.log(JSON.stringify({ statusCode, load: loaded - started, answer: answered - loaded }));
process.exit();
