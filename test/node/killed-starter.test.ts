import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import { output } from '../network/network-namespace.ts';

const STARTER = fileURLToPath(new URL('./starter.ts', import.meta.url));

test('a starter that is killed leaves neither a process nor a network', async () => {
  const starter = spawn(process.execPath, [STARTER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: starter.stdout }), 'line');
  const { pid, address } = JSON.parse(line as string) as { readonly pid: number; readonly address: string };
  const routes = () => output('ip', 'route', 'get', address);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  expect(await routes()).toContain('dev pillion');
  starter.kill('SIGKILL');
  await eventually('its pod is gone', () => !existsSync(`/proc/${pid}`));
  await eventually('its network is gone', async () => !(await routes().catch(() => '')).includes('dev pillion'));
});
