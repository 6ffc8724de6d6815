// A process of its own: answers the review in a file with `admit`, as often as each line on stdin says, and writes what a call cost.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { istioPolicy } from '../../istio/profile.ts';
import { bytesToBytes } from '../admit.ts';
import { benchSnapshot } from '../snapshot.ts';

const bytes = readFileSync(process.argv[2] ?? '');
const snapshot = benchSnapshot(1, istioPolicy());
// what the last call returned, so that no call can be left out as useless
let kept = bytesToBytes(bytes, snapshot);
process.stdout.write(`${kept.text}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const calls = Number(line);
  const start = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) kept = bytesToBytes(bytes, snapshot);
  const { user, system } = process.cpuUsage(start);
  const cpuNanoseconds = ((user + system) * 1000) / calls;
  process.stdout.write(`${JSON.stringify({ cpuNanoseconds, answerBytes: kept.text.length })}\n`);
}
