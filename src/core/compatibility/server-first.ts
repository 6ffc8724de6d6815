/**
 * Ports on which the server sends the first bytes, by number: RFC 959 (FTP), 5321 (SMTP) and 6409 (submission), 1939 (POP3), 3977 (NNTP),
 * 3501 (IMAP), 6143 (VNC), the handshake of MySQL, the INFO of NATS. SSH is left out, whose clients do not wait; so are PostgreSQL, Redis and
 * MongoDB, whose clients begin.
 */
export const SERVER_FIRST_PORTS: ReadonlyMap<number, string> = new Map([
  [21, 'FTP'],
  [25, 'SMTP'],
  [110, 'POP3'],
  [119, 'NNTP'],
  [143, 'IMAP'],
  [587, 'SMTP'],
  [3306, 'MySQL'],
  [4222, 'NATS'],
  [5900, 'VNC'],
]);

/** Those that Istio takes as TCP where nothing is declared (Istio, Protocol Selection). */
export const TCP_TO_ISTIO: ReadonlySet<number> = new Set([25, 3306]);
