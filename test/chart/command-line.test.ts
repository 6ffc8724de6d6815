import { expect, test } from '@jest/globals';
import { objectsLoader } from '../../src/core/policy/objects-loader.ts';
import { objectSource } from '../../src/core/policy/policy-objects.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { NAMESPACE, objectsIn, rendered, VARIANTS } from './helm-runs.ts';

test.each(VARIANTS)('%s: the server takes its arguments and its policy, the test its own', async (variant) => {
  const objects = objectsIn(await rendered(4, variant));
  const { spec } = objects.find(({ kind }) => kind === 'Deployment')?.spec.template ?? {};
  const args = spec.containers[0].args.map((arg: string) => arg.replaceAll('$(POD_NAMESPACE)', NAMESPACE));
  // the fixture has no server: that it is called at all says that the command line is accepted
  expect((await pillion(args)).stderr).toContain('no server in this test');
  const trial: string[] = objects.find(({ kind }) => kind === 'Pod')?.spec.containers[0].args;
  // there is no cluster here; the first flag that is not known is the one that is told
  expect((await pillion([...trial, '--unknown'])).stderr).toContain("unknown option '--unknown'");
  expect(args).toContain('--policy-objects');
  const given = objects.flatMap(({ kind, metadata, ...object }) =>
    kind === 'InjectionPolicy' || kind === 'SidecarProfile' ? [objectSource(kind, metadata.name, object)] : [],
  );
  const loaded = objectsLoader(NAMESPACE, () => new Date('2026-11-03'))(given);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  expect(loaded.leftOut).toEqual([]);
  expect(loaded.active.protectedNamespaces).toContain('kube-system');
  expect(loaded.active.protectedNamespaces).toContain(NAMESPACE);
});

test('the grace period of a pod is longer than what the server takes to end', async () => {
  for (const variant of VARIANTS) {
    const { spec } =
      objectsIn(await rendered(4, variant)).find(({ kind }) => kind === 'Deployment')?.spec.template ?? {};
    const args: string[] = spec.containers[0].args;
    const secondsOf = (flag: string) => Number(args.find((arg) => arg.startsWith(`${flag}=`))?.split('=')[1]);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(
      secondsOf('--drain-seconds') + secondsOf('--shutdown-seconds'),
    );
  }
});
