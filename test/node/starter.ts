// Started by killed-starter.test.ts: a process that starts a node with a pod, says so in one JSON line, and does nothing to end it.
import { setTimeout as sleep } from 'node:timers/promises';
import { applied, podsOf, startTinyCluster, tinyDeployment } from './tiny-cluster.ts';

const cluster = await startTinyCluster();
await applied(cluster, tinyDeployment('left', 1));
const pidOf = () => podsOf(cluster, 'left')[0]?.container('app')?.pid;
while (pidOf() === undefined) await sleep(50);
process.stdout.write(`${JSON.stringify({ pid: pidOf(), address: podsOf(cluster, 'left')[0]?.ip })}\n`);
setInterval(() => {}, 2 ** 30);
