import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { type CertificateSource, fixedCertificate } from '../../src/cluster/certificates/certificate-source.ts';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { runningServer } from './running-server.ts';

describe('starting', () => {
  test('a server whose certificate cannot be served says so and leaves nothing behind', async () => {
    const pair = { certificate: 'broken', key: 'broken', notAfter: new Date() };
    await expect(runningServer({ certificate: fixedCertificate(pair) })).rejects.toThrow(
      /cannot make the HTTPS listener: .*check the certificate/,
    );
  });

  test('a server that could not start no longer follows its certificate', async () => {
    const listeners = new Set<unknown>();
    const certificate: CertificateSource = {
      current: undefined,
      onRenewed: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
    const { port } = occupant.address() as { port: number };
    await expect(runningServer({ certificate, port })).rejects.toThrow('EADDRINUSE');
    expect(listeners.size).toBe(0);
    await new Promise((resolve) => occupant.close(resolve));
  });

  test('a server that cannot listen says which address and leaves nothing behind', async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
    const { pair } = await issueSelfSigned({ names: ['localhost'], now: new Date() });
    const { port } = occupant.address() as { port: number };
    await expect(runningServer({ certificate: fixedCertificate(pair), port })).rejects.toThrow(
      new RegExp(`EADDRINUSE.*${port}.*choose another address`),
    );
    await new Promise((resolve) => occupant.close(resolve));
  });
});
