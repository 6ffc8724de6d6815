import { once } from 'node:events';
import picocolors from 'picocolors';
import { storyTexts } from '../src/cli/output/story.ts';
import { isoDay } from '../src/core/json/iso-time.ts';
import { BUILT_IN } from '../src/core/policy/built-in-sources.ts';
import { loadPolicy } from '../src/core/policy/load.ts';
import { FAULTS, Fault } from '../src/core/problem/faults.ts';
import { problemLine } from '../src/core/problem/problem.ts';
import { runEmbedded } from './demo/embedded.ts';
import { tableText } from './demo/row.ts';
import { readSamples } from './demo/samples.ts';
import { exampleText } from './demo/show.ts';
import { scriptArguments } from './script-arguments.ts';

const USAGE = `npm run demo                       the samples under deploy/samples, on a simulated API server
npm run demo -- -f FILE            your own manifests instead (repeatable)
             --namespace-label shop:istio-injection=enabled   when they hold no Namespace objects
npm run demo -- --cluster          on a real control plane, built when there is none
npm run demo -- --cluster --keep   and leave it running
npm run demo -- --cluster --dashboard   and open the dashboard of it, until Ctrl-C
`;

const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const print = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

async function demo(): Promise<number> {
  const { values } = scriptArguments(USAGE, {
    options: {
      file: { type: 'string', short: 'f', multiple: true, default: [] },
      'namespace-label': { type: 'string', multiple: true, default: [] },
      cluster: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      dashboard: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    print(USAGE);
    return 0;
  }
  if (values.dashboard && !values.cluster)
    throw new Fault('PIL003', [{ path: '', message: '--dashboard shows a cluster; add --cluster' }]);
  const samples = await readSamples(values.file, values['namespace-label']);
  if (samples.workloads.length === 0)
    throw new Fault('PIL004', [{ path: '', message: `no object in ${values.file.join(', ')} creates pods` }]);
  const loaded = loadPolicy(BUILT_IN, { ownNamespace: 'pillion-system', today: isoDay(new Date()) });
  if ('problems' in loaded) throw new Fault('PIL002', loaded.problems);
  if (values.cluster) {
    const { runOnCluster } = await import('./demo/on-cluster.ts');
    const { keep, dashboard: withDashboard } = values;
    const { rows, stories, kept, dashboard, end } = await runOnCluster(samples, loaded.active, {
      keep,
      dashboard: withDashboard,
    });
    print('Read back from a real API server:', '', tableText(rows, colour));
    print('', 'What the records alone tell (pillion audit):', '', ...storyTexts(stories, colour));
    if (kept !== undefined) print('', ...kept);
    if (dashboard !== undefined) {
      print(
        '',
        `The dashboard, until Ctrl-C. The address opens it once, in one browser:`,
        '',
        `  ${dashboard.url}`,
        '',
      );
      await interrupted();
      await dashboard.close();
    }
    await end();
    return 0;
  }
  print(
    'The API server is simulated here: the reviews it would send are posted over HTTPS. The real one: npm run demo -- --cluster',
    '',
  );
  const { rows, example } = await runEmbedded(samples, loaded.active);
  print(tableText(rows, colour));
  if (example !== undefined) print('', exampleText(example, colour));
  const paint = picocolors.createColors(colour);
  print(
    paint.bold('Try next'),
    '  npm run -s pillion -- explain -f deploy/samples/workloads.yaml --namespace-label shop:istio-injection=enabled',
    '  npm run demo -- -f YOUR.yaml        what would become of your own workloads',
    '  npm run demo -- --cluster           the same on a real kube-apiserver',
  );
  return 0;
}

const interrupted = (): Promise<unknown> =>
  Promise.race((['SIGINT', 'SIGTERM'] as const).map((signal) => once(process, signal)));

try {
  process.exitCode = await demo();
} catch (error) {
  if (error instanceof Fault) {
    const { hint, exit } = FAULTS[error.code];
    process.stderr.write(`${[error.message, ...error.problems.map(problemLine), hint].join('\n  ')}\n`);
    process.exitCode = exit;
  } else throw error;
}
