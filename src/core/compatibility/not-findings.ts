/** Something that people expect a check for, and why none finds fault with it. */
export interface NotFinding {
  readonly what: string;
  readonly because: string;
  /** The test that shows it, as its file and its name. */
  readonly shownBy?: readonly [file: string, test: string];
}

/** What no check tells, because it works: a false alarm costs more than silence. */
export const NOT_FINDINGS: readonly NotFinding[] = [
  {
    what: 'listening on the address of the pod alone',
    because: 'a captured call goes on to the address that it was sent to',
    shownBy: [
      'test/lab/tcp-probes.test.ts',
      'an application that listens on the address of the pod alone becomes ready',
    ],
  },
  {
    what: 'automountServiceAccountToken: false',
    because:
      'the plain Envoy needs no token, and Istio’s sidecar brings one of its own, in a projected volume; the application stays without',
  },
  {
    what: 'exec and gRPC probes, and HTTP probes over TLS',
    because:
      'exec never leaves the container; with the plain Envoy the others pass as they were sent, and Istio’s agent makes the same call itself',
  },
  {
    what: 'tcpSocket probes',
    because: 'both kinds of profile ask the application itself in the kubelet’s place; FIT030 tells where that is off',
    shownBy: ['test/lab/tcp-probes.test.ts', 'an application that does not listen never becomes ready'],
  },
  {
    what: 'init containers that call others, in Classic order with a redirect of Pillion’s own',
    because: 'the redirect is the last init container, so nothing captures those before it, and nothing protects them',
    shownBy: [
      'test/lab/classic-order.test.ts',
      'init containers of the author’s own call before the redirect stands: nothing captures them, nothing is in their way',
    ],
  },
  {
    what: 'SSH, PostgreSQL, Redis and MongoDB without a declared protocol',
    because: 'their clients send first, or do not wait for the server',
  },
  {
    what: 'hostAliases, subPath mounts, a read-only root, seccomp and AppArmor profiles of the application',
    because: 'they are the application’s; the sidecar has its own',
  },
  {
    what: 'HTTP/1.0 with the plain Envoy',
    because: 'it takes and passes it on',
  },
];
