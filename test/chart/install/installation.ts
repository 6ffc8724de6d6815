import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { type ApiClient, apiClient } from '../../cluster/api-client.ts';
import { type ControlPlane, startControlPlane } from '../../controlplane/control-plane.ts';
import { type Guard, openGuard } from '../../processes/guard.ts';
import type { HelmMajor } from '../../tools/helm.ts';
import { CHART, type HelmRun, NAMESPACE, runHelm } from '../helm-runs.ts';
import { auditOfServer } from './server-audit.ts';

/** A cluster into which the tests of one file install the chart. */
export interface Installation {
  readonly controlPlane: ControlPlane;
  readonly api: ApiClient;
  readonly guard: Guard;
  /** Runs Helm, of the other major version when told, against the cluster; what it says goes into the transcript. */
  helm(args: readonly string[], by?: HelmMajor): Promise<HelmRun>;
  /** `helm install` of the chart. @throws Error with what Helm said when it is refused */
  install(...flags: readonly string[]): Promise<void>;
  /** `helm upgrade` of the chart. @throws Error with what Helm said when it is refused */
  upgrade(...flags: readonly string[]): Promise<void>;
  /** `helm uninstall`. @throws Error with what Helm said when it is refused */
  uninstall(): Promise<void>;
  /** Puts a line into the transcript. */
  note(line: string): void;
}

/** A control plane, up before the first test and gone after the last, and a Helm for it. The transcript is printed at the end. */
export function installation(major: HelmMajor): Installation {
  const parts: { controlPlane?: ControlPlane; api?: ApiClient; guard?: Guard } = {};
  const transcript: string[] = [];
  beforeAll(async () => {
    const guard = await openGuard();
    parts.guard = guard;
    const apiServerArgs = await auditOfServer(guard.folder);
    const controlPlane = await startControlPlane({ apiServerArgs });
    parts.controlPlane = controlPlane;
    parts.api = apiClient(controlPlane);
  });
  afterAll(async () => {
    parts.api?.close();
    await parts.guard?.stop();
    await parts.controlPlane?.stop();
    process.stderr.write(`\nHelm ${major}\n${transcript.join('\n')}\n`);
  });

  const self: Installation = {
    get controlPlane() {
      return up(parts.controlPlane);
    },
    get api() {
      return up(parts.api);
    },
    get guard() {
      return up(parts.guard);
    },
    async helm(args, by = major) {
      const home = join(self.guard.folder, 'helm');
      await mkdir(home, { recursive: true });
      const run = await runHelm(by, args, { KUBECONFIG: self.controlPlane.kubeconfig, HOME: home });
      // what is only read would fill the transcript
      if (args[0] === 'get' || args.includes('--dry-run=server')) return run;
      const shown = args.map((word) => (word === CHART ? 'charts/pillion' : word)).join(' ');
      transcript.push(`$ helm${by === major ? '' : by} ${shown}`, `${run.stdout}${run.stderr}`.trimEnd(), '');
      return run;
    },
    install: (...flags) => must(self, ['install', 'pillion', CHART, '-n', NAMESPACE, '--create-namespace', ...flags]),
    upgrade: (...flags) => must(self, ['upgrade', 'pillion', CHART, '-n', NAMESPACE, ...flags]),
    note: (line) => void transcript.push(`# ${line}`, ''),
    uninstall: () => must(self, ['uninstall', 'pillion', '-n', NAMESPACE]),
  };
  return self;
}

async function must(on: Installation, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await on.helm(args);
  if (code !== 0) throw new Error(`helm ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
}

function up<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the cluster of this file is not up yet; use it in a test');
  return part;
}
