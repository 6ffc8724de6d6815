import { PORTS } from '../../src/core/sidecar/profiles/envoy/names.ts';
import { UPGRADES } from '../../src/core/xds/http.ts';
import { DIFFERENCES, type Difference } from '../../test/traffic/raw/differences.ts';
import { GENERATED_NOTE, table } from './table.ts';

const CLOSED = '(closed)';

/** docs/what-the-sidecar-changes.md: the differences that the tests know between a call with a sidecar and one without. */
export function sidecarChangesReference(): string {
  return [
    GENERATED_NOTE,
    '# What the sidecar changes',
    '',
    'An application should not notice its sidecar. This is what it can notice all the same, with a profile of kind `Envoy` (1.40) and the feature',
    '`Observability`, as the built-in profile is. Everything else arrives to the byte, but for the order of headers of different names and',
    'the white space around their values. `test/traffic/transparency.test.ts` sends each case once without the sidecar and once through it, in both',
    'directions, and this page is made from its list: a difference that is new, or gone, fails the test.',
    '',
    'A profile with `features: []` passes every connection on as it is, so nothing of this page holds for it. HTTPS, and whatever else is not HTTP in clear',
    'text, passes as it is with every profile. What traces add to a request is in [observability.md](observability.md), what the values of a Service do',
    'to it in [resilience.md](resilience.md).',
    '',
    '## HTTP/1.1',
    '',
    table(
      ['case', 'the server gets', 'the client gets', 'because'],
      DIFFERENCES.map((difference) => [
        difference.row,
        arrives(difference),
        said(difference.comesBack),
        difference.why,
      ]),
    ),
    '',
    `An upgrade passes when it is to ${UPGRADES.map((name) => `\`${name}\``).join(', ')}; one to another protocol is answered 403, as Envoy knows no wildcard.`,
    '',
    '## A client that sends and ends at once',
    '',
    'Either end of a connection may end its own direction while the other one goes on. One case is lost: a client that connects, sends all it has and ends',
    'its direction at once, as Graphite’s clients and `nc -N` do. When the data and the end are both there before the sidecar has looked at the first',
    'bytes, Envoy 1.40 takes that for the end of the connection: what was sent never arrives, and the client sees a reset. It depends on the',
    'moment, so it shows on busy nodes first.',
    '',
    'Leave such a port out, on the pods of the clients and on those of the server:',
    '',
    '```yaml',
    'metadata:',
    '  annotations:',
    '    traffic.sidecar.istio.io/excludeOutboundPorts: "2003" # of a client',
    '    traffic.sidecar.istio.io/excludeInboundPorts: "2003" # of the server',
    '```',
    '',
    'or give these pods a profile with `features: []`. `test/lab/two-sidecars.test.ts` has the case as a test that is known to fail, and that fails the run',
    'when an Envoy has mended it.',
    '',
    '## A pod that ends',
    '',
    'From the moment in which a pod is told to end, its sidecar tells clients of HTTP with each answer to go elsewhere: by `connection: close`, by',
    'GOAWAY, and over HTTP/2 by the header `x-pillion-end` for the next sidecar, which a client without one can see. No request is lost by it.',
    '',
    `The kubelet orders it by the sidecar’s \`preStop\`: a GET on port ${PORTS.health} under the id of the pod’s record. That id keeps chance and strangers away`,
    'and is no secret: it stands in the pod itself (`DRAIN_KEY`, `preStop`, the annotation `pillion.io/status`), in the record and in the audit log. Whoever',
    'can read one of these and reach the pod can give the order early. Then the pod goes on and serves everything, but each of its HTTP connections',
    `ends after an answer, until the pod is replaced. Where that is too much, let a NetworkPolicy keep port ${PORTS.health} for the addresses of the nodes.`,
    '',
  ].join('\n');
}

const arrives = (difference: Difference): string =>
  difference.arrives === 'nothing' ? 'nothing' : said(difference.arrives);

function said(replacements: Difference['comesBack'] = []): string {
  return replacements.map(([direct, through]) => became(direct, through)).join('; ') || 'the same';
}

function became(direct: string, through: string): string {
  const whole = (text: string) => text.includes('\r\n\r\n');
  if (through === '') return whole(direct) ? 'nothing of it' : `no ${linesOf(direct)}`;
  if (through.startsWith(direct)) return `also ${linesOf(through.slice(direct.length))}`;
  if (!whole(through) || !through.startsWith('HTTP/')) return `${linesOf(through)} in place of ${linesOf(direct)}`;
  const [status] = through.split('\r\n');
  return `the sidecar’s own \`${status}\`${through.endsWith(CLOSED) ? ', and the end of the connection' : ''}`;
}

const linesOf = (text: string): string =>
  text
    .replace(CLOSED, '\r\nthe end of the connection')
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => (line === 'the end of the connection' ? line : `\`${line}\``))
    .join(', ');
