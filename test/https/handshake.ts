import { connect, type PeerCertificate, type SecureVersion } from 'node:tls';
import type { TestServer } from './running-server.ts';

/** The certificate a new connection is given, and what was agreed on. */
export function handshake(server: TestServer, options: { maxVersion?: SecureVersion; ALPNProtocols?: string[] } = {}) {
  return new Promise<{ peer: PeerCertificate; protocol: string | null; alpn: string | false | null }>(
    (resolve, reject) => {
      const { maxVersion } = options;
      const old = maxVersion ? { maxVersion, minVersion: maxVersion, ciphers: 'ALL:@SECLEVEL=0' } : {};
      const socket = connect({
        host: '127.0.0.1',
        port: server.admissionPort,
        rejectUnauthorized: false,
        ALPNProtocols: options.ALPNProtocols ?? ['h2', 'http/1.1'],
        ...old,
      });
      socket.on('error', reject);
      socket.on('secureConnect', () => {
        resolve({ peer: socket.getPeerCertificate(), protocol: socket.getProtocol(), alpn: socket.alpnProtocol });
        socket.destroy();
      });
    },
  );
}
