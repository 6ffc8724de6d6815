import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ask } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';
import { findHelm } from '../tools/helm.ts';
import { findKubeconform } from '../tools/kubeconform.ts';
import { findKubernetesSchemas } from '../tools/kubernetes-schemas.ts';

const { HELM3, HELM4, PATH = '' } = process.env;
const folders: string[] = [];
const nothing = () => {};
const silent = { progress: { note: nothing, step: () => ({ update: nothing, done: nothing, failed: nothing }) } };

afterEach(async () => {
  for (const [name, value] of Object.entries({ HELM3, HELM4, PATH })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

/** A program called helm that tells this version and does nothing else. */
async function fakeHelm(version: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-fake-helm-'));
  folders.push(folder);
  const path = join(folder, 'helm');
  await writeFile(path, `#!/bin/sh\necho ${version}\n`);
  await chmod(path, 0o755);
  process.env.PATH = `${folder}${delimiter}${PATH}`;
  return path;
}

describe('Helm is', () => {
  test.each([3, 4] as const)('of the major version %s that was asked for', async (major) => {
    const { output } = await ask(await findHelm(major, silent), ['version', '--template', '{{.Version}}']);
    expect(output).toMatch(new RegExp(`^v${major}\\.`));
  });

  test('the one on PATH when that is of the right major version, and no other', async () => {
    const path = await fakeHelm('v3.0.1');
    expect(await findHelm(3, silent)).toBe(path);
    expect(await findHelm(4, silent)).not.toBe(path);
  });

  test('the one that its variable names, whatever its version', async () => {
    process.env.HELM4 = await fakeHelm('v3.0.1');
    expect(await findHelm(4, silent)).toBe(process.env.HELM4);
    process.env.HELM4 = '/nowhere/helm';
    await expect(findHelm(4, silent)).rejects.toThrow(MissingNeed);
    await expect(findHelm(4, silent)).rejects.toThrow('set HELM4 to the path of a helm, or unset it');
  });
});

describe('kubeconform with the schemas', () => {
  const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { ports: [{ port: 1 }] } };
  const MONITOR = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: 'a' },
    spec: { selector: {}, endpoints: [{ port: 'ops' }] },
  };
  const ISSUER = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: { name: 'a' },
    spec: { selfSigned: {} },
  };

  test.each([
    ['takes an object of Kubernetes', SERVICE, true],
    ['takes a port by name', { ...SERVICE, spec: { ports: [{ port: 1, targetPort: 'ops' }] } }, true],
    ['finds a misspelled field of it', { ...SERVICE, spec: { prots: [] } }, false],
    ['finds a wrong type in it', { ...SERVICE, spec: { ports: [{ port: 'one' }] } }, false],
    ['takes an object of the Prometheus operator', MONITOR, true],
    ['finds a misspelled field of it', { ...MONITOR, spec: { selector: {}, endpoints: [{ prot: 'ops' }] } }, false],
    ['takes an object of cert-manager', ISSUER, true],
    ['finds a misspelled field of it', { ...ISSUER, spec: { selfsigned: {} } }, false],
  ])('%s', async (_title, object, isValid) => {
    const [kubeconform, schemas] = await Promise.all([findKubeconform(silent), findKubernetesSchemas(silent)]);
    const run = spawn(kubeconform, ['-strict', '-schema-location', schemas]);
    run.stdin.end(JSON.stringify(object));
    const said = await text(run.stdout);
    expect(said).toEqual(isValid ? '' : expect.stringContaining('is invalid'));
  });
});
