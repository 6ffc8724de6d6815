import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@prometheus-io/client';
import pino from 'pino';
import { FileCertificate } from '../../src/cluster/certificates/file-certificate.ts';
import { issueSelfSigned, type SelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { http2Caller } from './callers.ts';
import { handshake } from './handshake.ts';
import { reviewOf } from './reviews.ts';
import { runningServer, type TestServer } from './running-server.ts';
import { until } from './until.ts';
import { weakPair } from './weak-pair.ts';

describe('a certificate from files', () => {
  const issue = () => issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() });
  let folder: string;
  let first: SelfSigned;
  let second: SelfSigned;
  let weak: Awaited<ReturnType<typeof weakPair>>;
  let followed: FileCertificate;
  let log: string[];
  let registry: Registry;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pillion-tls-'));
    [first, second, weak] = await Promise.all([issue(), issue(), weakPair()]);
  });
  afterEach(async () => {
    followed.close();
    await rm(folder, { recursive: true });
  });

  /** Writes a pair as the kubelet does: a new folder, to which the link `..data` is swapped. */
  async function mount(name: string, certificate: string, key: string): Promise<void> {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'tls.crt'), certificate);
    await writeFile(join(folder, name, 'tls.key'), key);
    await symlink(name, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  }

  async function follow(pollMs: number): Promise<FileCertificate> {
    log = [];
    registry = new Registry();
    const metrics = createMetrics(registry, { version: '0', node: '0' }, { process: false });
    followed = await FileCertificate.follow({
      certificateFile: join(folder, 'tls.crt'),
      keyFile: join(folder, 'tls.key'),
      pollMs,
      log: pino({}, { write: (line) => void log.push(line) }),
      metrics: metrics.certificate,
    });
    return followed;
  }

  /** The second certificate with a share of its authority behind it. */
  const withChain = (share: number): string => {
    const { pair, authority } = second;
    return pair.certificate + authority.slice(0, authority.length * share);
  };

  const corruptChain = () => second.pair.certificate + second.authority.replace('\nMI', '\nAA');

  const serialOf = async (server: TestServer) => (await handshake(server)).peer.fingerprint256;

  test.each([
    ['by watching the folder', 3_600_000],
    ['by polling', 20],
  ])('is renewed live %s; open connections go on', async (_name, pollMs) => {
    await mount('v1', first.pair.certificate, first.pair.key);
    await symlink(join('..data', 'tls.crt'), join(folder, 'tls.crt'));
    await symlink(join('..data', 'tls.key'), join(folder, 'tls.key'));
    const server = await runningServer({ certificate: await follow(pollMs), authority: first.authority });
    const caller = http2Caller(server.url, server.authority);
    const before = await serialOf(server);
    expect((await caller.call('/inject', reviewOf().json)).status).toBe(200);
    await mount('v2', second.pair.certificate, second.pair.key);
    await until(async () => (await serialOf(server)) !== before);
    expect((await caller.call('/inject', reviewOf().json)).status).toBe(200);
    const fresh = http2Caller(server.url, second.authority);
    expect((await fresh.call('/inject', reviewOf().json)).status).toBe(200);
    // the version floor survives the swap
    await expect(handshake(server, { maxVersion: 'TLSv1.1' })).rejects.toThrow();
    caller.close();
    fresh.close();
    await server.stop();
  });

  test.each<[string, () => [string, string], RegExp]>([
    ['a certificate without its key', () => [second.pair.certificate, first.pair.key], /does not fit/],
    ['half a certificate', () => [second.pair.certificate.slice(0, 200), second.pair.key], /./],
    ['half a key', () => [second.pair.certificate, second.pair.key.slice(0, 60)], /./],
    ['empty files', () => ['', ''], /./],
    ['half a chain', () => [withChain(0.5), second.pair.key], /no TLS server can use the pair/],
    ['a corrupt chain', () => [corruptChain(), second.pair.key], /no TLS server can use the pair/],
    ['a key that is too weak', () => [weak.certificate, weak.key], /key too small/],
  ])('that is replaced by %s keeps the old pair, once logged and counted', async (_name, broken, said) => {
    await writeFile(join(folder, 'tls.crt'), first.pair.certificate);
    await writeFile(join(folder, 'tls.key'), first.pair.key);
    const source = await follow(3_600_000);
    const [certificate, key] = broken();
    await writeFile(join(folder, 'tls.crt'), certificate);
    await writeFile(join(folder, 'tls.key'), key);
    await source.refresh();
    await source.refresh();
    expect(source.current?.certificate).toBe(first.pair.certificate);
    const warnings = log.filter((line) => line.includes('the previous certificate stays in service'));
    expect(warnings.at(-1)).toMatch(said);
    const metrics = await registry.metrics();
    expect(metrics).toMatch(/pillion_certificate_reloads_total\{result="failed"\} [1-9]/);
    expect(metrics).toContain('pillion_certificate_reloads_total{result="renewed"} 1\n');
    await writeFile(join(folder, 'tls.crt'), withChain(1));
    await writeFile(join(folder, 'tls.key'), second.pair.key);
    await source.refresh();
    expect(source.current?.certificate).toBe(withChain(1));
  });

  test('that no TLS server can use is awaited like one that is not there yet', async () => {
    await writeFile(join(folder, 'tls.crt'), withChain(0.5));
    await writeFile(join(folder, 'tls.key'), second.pair.key);
    const source = await follow(3_600_000);
    const server = await runningServer({ certificate: source, authority: second.authority });
    expect(await (await fetch(`${server.opsUrl}/readyz`)).text()).toBe('waiting for: certificate\n');
    await writeFile(join(folder, 'tls.crt'), withChain(1));
    await source.refresh();
    expect((await handshake(server)).peer.subject.CN).toBe('localhost');
    await server.stop();
  });

  test('that is not there yet keeps the server from being ready, and makes it ready when it comes', async () => {
    const source = await follow(20);
    const server = await runningServer({ certificate: source, authority: first.authority });
    const readyz = async () => (await fetch(`${server.opsUrl}/readyz`)).text();
    expect(await readyz()).toBe('waiting for: certificate\n');
    await expect(handshake(server)).rejects.toThrow();
    await writeFile(join(folder, 'tls.crt'), first.pair.certificate);
    await writeFile(join(folder, 'tls.key'), first.pair.key);
    await until(async () => (await readyz()) === 'ready\n');
    expect((await handshake(server)).peer.subject.CN).toBe('localhost');
    const notAfter = source.current?.notAfter.getTime() as number;
    expect(await registry.metrics()).toContain(`pillion_certificate_not_after_timestamp_seconds ${notAfter / 1000}`);
    await server.stop();
  });
});
