import type { Socket } from 'node:net';
import type { ConnectionFault } from '../../telemetry/metric-table.ts';

/** Which counter an error of a connection belongs to, by the code that Node gives it. */
export function connectionFault(error: { readonly code?: string }): ConnectionFault {
  const { code = '' } = error;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout';
  if (code.startsWith('HPE_')) return 'malformed_http';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset';
  return 'tls';
}

const STATUS_LINES: Readonly<Partial<Record<ConnectionFault, string>>> = {
  malformed_http: '400 Bad Request',
  request_timeout: '408 Request Timeout',
};

/** Ends a connection that failed below the level of a request, with a status line where the peer can still read one. */
export function endFaulty(socket: Socket, fault: ConnectionFault): void {
  const status = STATUS_LINES[fault];
  if (status && socket.writable) socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.destroy();
}
