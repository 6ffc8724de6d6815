import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../../cluster/eventually.ts';
import { testCluster } from '../../cluster/test-cluster.ts';
import { istioDefinitions } from '../../istio/peer-programs.ts';
import { findHelm } from '../../tools/helm.ts';
import { HELMS } from '../helm-runs.ts';
import { HERE, installedPlugin, leftBehind } from './plugin.ts';

const plugin = installedPlugin();
const cluster = testCluster({ 'shop-3': {}, 'shop-4': {} });

beforeAll(async () => {
  const { code, stderr } = await cluster.controlPlane.kubectl(['create', '-f', '-'], await istioDefinitions());
  if (code !== 0) throw new Error(stderr);
  await cluster.controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
});

async function project(): Promise<string> {
  const folder = await plugin.workspace();
  await cp(join(HERE, 'deployment'), join(folder, 'chart'), { recursive: true });
  await cp(join(HERE, 'deployment', 'mesh.yaml'), join(folder, 'mesh.yaml'));
  return folder;
}

describe.each(HELMS)('Helm %i', (major) => {
  const namespace = `shop-${major}`;
  const flags = ['--chart', 'chart', '-n', namespace];
  const run = (folder: string, ...args: string[]) =>
    plugin.run(major, folder, args, { KUBECONFIG: cluster.controlPlane.kubeconfig });
  const timeouts = async () => {
    const path = 'jsonpath={.spec.http[*].timeout}';
    return (await cluster.controlPlane.kubectl(['get', 'virtualservice', 'catalog', '-n', namespace, '-o', path]))
      .stdout;
  };

  test('a release is installed, compared and upgraded; Helm’s exit code is ours', async () => {
    const folder = await project();
    expect(await run(folder, 'install', 'catalog', ...flags)).toMatchObject({ code: 0, stderr: '' });
    expect(await timeouts()).toBe('3s 3s');
    const again = await run(folder, 'install', 'catalog', ...flags);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/cannot re-?use a name that is still in use/);
    expect(await run(folder, 'diff', 'catalog', ...flags)).toEqual({ code: 0, stdout: '', stderr: '' });
    const slower = ['--set', 'mesh.timeout=20s', '--set', 'replicaCount=3'];
    const { code, stdout } = await run(folder, 'diff', 'catalog', ...flags, ...slower);
    expect(code).toBe(1);
    const changed = stdout.split('\n').filter((line) => /^[-+](?![-+])/.test(line));
    expect(changed.filter((line) => !line.includes('pillion.io/traffic'))).toEqual([
      '-  replicas: 2',
      '+  replicas: 3',
      '-      timeout: 3s',
      '+      timeout: 20s',
      '-      timeout: 3s',
      '+      timeout: 20s',
    ]);
    expect(await run(folder, 'upgrade', 'catalog', ...flags, ...slower, '--', '--description', 'slower')).toMatchObject(
      { code: 0 },
    );
    expect(await timeouts()).toBe('20s 20s');
    const refused = await run(folder, 'upgrade', 'catalog', ...flags, '--set', 'mesh.retries.perTryTimeout=1h');
    expect(refused.code).toBe(1);
    expect(await timeouts()).toBe('20s 20s');
    // of its own accord Helm would keep the three replicas, where no flag says a value
    expect(await run(folder, 'upgrade', 'catalog', ...flags)).toMatchObject({ code: 0 });
    expect(await run(folder, 'diff', 'catalog', ...flags)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await leftBehind(plugin)).toEqual([]);
  });
});

test('diff shows what generating again would change in a folder, and verify names the files', async () => {
  const folder = await project();
  const flags = ['--chart', 'chart', '-o', 'out'];
  await plugin.run(4, folder, ['generate', ...flags]);
  expect(await plugin.run(4, folder, ['diff', ...flags])).toEqual({ code: 0, stdout: '', stderr: '' });
  await rm(join(folder, 'out/templates/service.yaml'));
  await writeFile(join(folder, 'out/templates/mine.yaml'), '# by hand\n');
  const slower = [...flags, '--set', 'mesh.timeout=20s'];
  const verified = await plugin.run(4, folder, ['verify', ...slower]);
  expect(verified.code).toBe(1);
  expect(verified.stdout).toBe(
    'out/templates/mine.yaml: is not generated\nout/templates/service.yaml: is missing\nout/values.yaml: differs\n',
  );
  const { code, stdout } = await plugin.run(4, folder, ['diff', ...slower]);
  expect(code).toBe(1);
  expect(stdout).toContain('--- templates/service.yaml\tas it is\n+++ templates/service.yaml\tas it would be\n');
  expect(stdout.split('\n')).toEqual(expect.arrayContaining(['-# by hand', '+  timeout: 20s']));
});

test('an ejected chart is the project’s own: without header and lock, and never replaced', async () => {
  const folder = await project();
  await cp(join(plugin.folder, 'dist/mesh-standard'), join(folder, 'central'), { recursive: true });
  const args = ['eject', '--chart', 'chart', '-o', 'out', '--templates', 'central'];
  expect(await plugin.run(3, folder, args)).toMatchObject({ code: 0 });
  const differences = await plugin.run(3, folder, ['diff', '--chart', 'chart', '-o', 'out', '--templates', 'central']);
  const changed = differences.stdout.split('\n').filter((line) => /^[-+](?![-+])/.test(line));
  expect(changed.filter((line) => !line.startsWith('+'))).toEqual([]);
  expect(changed).toHaveLength(2 * 3);
  const { code, stderr } = await plugin.run(3, folder, args);
  expect(code).toBe(2);
  expect(stderr).toContain('-o: is out, where something stands that was not generated');
  await expect(plugin.run(3, folder, ['lint', '--update-lock'])).resolves.toMatchObject({ code: 0 });
});

test.each([
  ['goes on to Helm when Helm has the chart', 'install'],
  ['ends the plugin while it asks Helm', 'template'],
])('a signal %s, and nothing that was generated is left', async (_, waits) => {
  const folder = await project();
  const program = join(folder, 'helm');
  // the real one, but for one of its commands, which takes its time
  const script = `#!/bin/sh\nif [ "$1" = ${waits} ]; then echo waiting > waits; exec sleep 60; fi\nexec ${await findHelm(4)} "$@"\n`;
  await writeFile(program, script, { mode: 0o755 });
  const env = { ...plugin.variables(4), HELM_BIN: program, HELM_PLUGIN_DIR: plugin.folder };
  const args = [join(plugin.folder, 'dist/pillion-helm.cjs'), 'install', 'live', '--chart', 'chart'];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' });
  await eventually('Helm is at it', async () => existsSync(join(folder, 'waits')));
  expect(await leftBehind(plugin)).not.toEqual([]);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([128 + 15, null]);
  expect(await leftBehind(plugin)).toEqual([]);
});
