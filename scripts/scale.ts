// `npm run scale`: a month of a rollout on a real API server, each point compared with an independent count, and what commands cost there.
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { readSeries } from '../src/cluster/adoption/read-series.ts';
import { connect } from '../src/cluster/connect.ts';
import { hourOf, keptHours } from '../src/core/adoption/kept-hours.ts';
import { machine } from '../test/bench/machine.ts';
import { resultsWith, scaleResults } from '../test/bench/results.ts';
import { apiClient } from '../test/cluster/api-client.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE } from '../test/cluster/installation.ts';
import { ownKinds, PLANS } from '../test/cluster/own-kinds.ts';
import { pillionLauncher } from '../test/cluster/pillion-process.ts';
import { startControlPlane } from '../test/controlplane/control-plane.ts';
import { startKwokCluster } from '../test/scale/kwok-cluster.ts';
import { type CommandCost, measuredCommand } from '../test/scale/measured-command.ts';
import { asCounted, makeTeams, nameOf, type PlayedPoint, playMonth } from '../test/scale/played-month.ts';
import { createProgress } from './progress.mjs';
import { scriptArguments } from './script-arguments.ts';

const USAGE = `npm run scale                   200 namespaces, 5,000 pods and 30 days, as long as it takes: half an hour on 2 cores
npm run scale -- --namespaces 20 --days 10     smaller
npm run scale -- --save         also write test/bench/RESULTS.md
`;
const RESULTS = fileURLToPath(new URL('../test/bench/RESULTS.md', import.meta.url));
const DAY_MS = 86_400_000;

/** What people run on a cluster of this size. */
const COMMANDS = [
  ['rollout', 'status', '-o', 'json'],
  ['check', '-A', '-o', 'json'],
  ['audit', '--live', '-o', 'json'],
  ['capacity', '-o', 'json'],
  ['doctor', '-o', 'json'],
  ['rollout', 'plan', '-o', 'json'],
  ['rollout', 'restart', '--missing', '--dry-run', '-o', 'json'],
];

/** The same for a stage of a plan, of a tenth of the namespaces. */
const STAGE_COMMANDS = [
  ['rollout', 'gates', 'first', '-o', 'json'],
  ['rollout', 'brief', 'first', '-o', 'json'],
  ['rollout', 'open', 'first', '--dry-run', '-o', 'json'],
  ['rollout', 'rollback', 'first', '--dry-run', '-o', 'json'],
];

const { values } = scriptArguments(USAGE, {
  options: {
    namespaces: { type: 'string', default: '200' },
    days: { type: 'string', default: '30' },
    save: { type: 'boolean', default: false },
  },
});
const size = {
  namespaces: Number(values.namespaces),
  deployments: 5,
  replicas: 5,
  days: Number(values.days),
  pointsPerDay: 1,
};
if (!(Number.isInteger(size.namespaces) && size.namespaces > 0 && Number.isInteger(size.days) && size.days > 0)) {
  process.stderr.write(
    `--namespaces is ${values.namespaces} and --days is ${values.days}; give whole numbers above 0\n${USAGE}`,
  );
  process.exit(2);
}

const progress = createProgress();
const controlPlane = await startControlPlane({ progress });
const launcher = await pillionLauncher(controlPlane);
const api = apiClient(controlPlane);
let stopKwok: (() => Promise<void>) | undefined;
try {
  await controlPlane.createNamespace(OWN_NAMESPACE);
  await makeOwner(api);
  await ownKinds(api);
  const cluster = { controlPlane, launcher, api };
  const args = [...INSTALLED, '--scan-period', '0s'];
  const { opsPort } = await launcher.start({ register: 'https://127.0.0.1:PORT', args, notReady: true });
  // as long as it takes on a machine that does other things
  while (!(await isReady(opsPort))) await sleep(100);
  stopKwok = await startKwokCluster(controlPlane, api, size.namespaces * size.deployments * size.replicas, progress);
  const making = progress.step(`${size.namespaces} namespaces with ${size.deployments} Deployments each`);
  await makeTeams(cluster, size);
  making.done();
  const end = new Date();
  const playing = progress.step('the month, each of its points compared with kubectl');
  const played = await playMonth(cluster, size, end, (sentence) => process.stderr.write(`${sentence}\n`));
  playing.done();
  const pods = Object.values(played.at(-1)?.counted ?? {}).reduce((sum, each) => sum + each.pods[0], 0);
  const equal = await equalPoints(played, end);
  const costs: CommandCost[] = [];
  const measure = async (commands: readonly (readonly string[])[]) => {
    for (const command of commands)
      costs.push(
        await measuredCommand([...command, '--kubeconfig', controlPlane.kubeconfig], `pillion ${command.join(' ')}`),
      );
  };
  await measure(COMMANDS);
  await planned();
  await measure(STAGE_COMMANDS);
  const text = `${equal} of ${played.length} points equal the independent count; ${pods} eligible pods at the end\n\n${table(costs)}\n`;
  process.stdout.write(text);
  if (values.save)
    await writeFile(
      RESULTS,
      resultsWith('scale', scaleResults(machine(), size, text), await readFile(RESULTS, 'utf8')),
    );
  process.exitCode = equal === played.length ? 0 : 1;
} finally {
  await stopKwok?.();
  api.close();
  await Promise.all([launcher.guard.stop(), controlPlane.stop()]);
}

/** Puts a plan into the cluster, whose first stage has a tenth of the namespaces. */
async function planned(): Promise<void> {
  const { status, body } = await api.call('POST', PLANS, {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'RolloutPlan',
    metadata: { name: 'default' },
    spec: {
      stages: [
        { name: 'first', namespaces: Array.from({ length: Math.ceil(size.namespaces / 10) }, (_, at) => nameOf(at)) },
      ],
      gates: { compatibility: {}, restarts: { most: 0 } },
    },
  });
  if (status !== 201) throw new Error(`the plan is refused: ${JSON.stringify(body)}`);
}

async function isReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status === 200;
}

async function equalPoints(played: readonly PlayedPoint[], end: Date): Promise<number> {
  const transport = await connect({ kubeconfig: controlPlane.kubeconfig });
  const range = { from: new Date(end.getTime() - (size.days + 1) * DAY_MS), to: end };
  const { points } = await readSeries(transport, OWN_NAMESPACE, range).finally(() => transport.close());
  const hours = keptHours(
    played.map(({ at }) => hourOf(at)),
    end,
  );
  return played.filter(({ at, counted }) => {
    const kept = points.find((point) => point.at === at);
    return hours.has(hourOf(at)) && kept !== undefined && isDeepStrictEqual(asCounted(kept), counted);
  }).length;
}

function table(costs: readonly CommandCost[]): string {
  const rows = costs.map(
    ({ command, seconds, cpuSeconds, megabytes, exit }) =>
      `| ${command} | ${seconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${Math.round(megabytes)} | ${exit} |`,
  );
  return ['| command | s | s of CPU | MB resident at most | exit |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
