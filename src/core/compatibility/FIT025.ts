import type { FitCheck } from './fit-check.ts';
import { writtenTexts } from './written-texts.ts';

const HTTP10 = [
  ['HTTP/1.0', /\bHTTP\/1\.0\b/],
  ['--http1.0', /--http1\.0\b/],
  ['proxy_http_version 1.0', /\bproxy_http_version\s+1\.0\b/],
] as const;

export const FIT025: FitCheck = {
  code: 'FIT025',
  severity: 'needs-change',
  title: 'The application speaks HTTP/1.1 or later.',
  remedy: 'Let the client speak HTTP/1.1, or switch HTTP/1.0 on in istiod (PILOT_HTTP10=1).',
  why: 'Istio’s proxy answers HTTP/1.0 with 426 unless it is switched on. The plain Envoy takes it. Only what a manifest says is seen.',
  holds: 'profiles of kind Istio',
  shownBy: [
    [
      'test/istio/compatibility.test.ts',
      'a client of HTTP/1.0 is answered 426 by the sidecar, and one of HTTP/1.1 by the server',
    ],
  ],
  sightings: ({ subject, containers }) =>
    subject.profile.traits.takesHttp10
      ? []
      : containers.flatMap((container) =>
          writtenTexts(container).flatMap(({ path, text }) => {
            // the text itself may hold a password and is not told
            const [sign] = HTTP10.find(([, pattern]) => pattern.test(text)) ?? [];
            const message = `the container ${container.container.name} seems to speak HTTP/1.0: ${sign}`;
            return sign === undefined ? [] : [{ path, message }];
          }),
        ),
};
