import { runningContainers } from './examined.ts';
import type { FitCheck, Sighting } from './fit-check.ts';
import { servicePortsOf } from './service-ports.ts';
import { type WrittenText, writtenTexts } from './written-texts.ts';

const LOOPBACK = String.raw`(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)`;
// flags and variables by which a server is told where to listen; --host and HOST of a client name another machine, never loopback with a port served here
const FLAG = /^--?([\w.-]+)(?:=|\s+)(\S+)$/;
const FLAG_NAME = /^(?:D?server\.address|host|address)$|bind|listen/i;
const VARIABLE_NAME = /^(?:HOST|SERVER_ADDRESS|SERVER_HOST)$|BIND|LISTEN/;
const VALUE = new RegExp(`^(?:tcp://|http://)?${LOOPBACK}(?::(\\d+))?$`, 'i');

export const FIT023: FitCheck = {
  code: 'FIT023',
  severity: 'note',
  title: 'What a Service leads to listens on more than loopback.',
  remedy: 'Let the application listen on all addresses, or on that of the pod.',
  why: 'The sidecar passes a call on to the address that it was sent to, so loopback is reached neither with it nor without. Only what a manifest says is seen, and that is a hint: files and images may say something else.',
  holds: 'every profile',
  shownBy: [
    [
      'test/lab/compatibility.test.ts',
      'FIT023: what listens on loopback alone is reached by nobody else, with a sidecar as without',
    ],
    [
      'test/lab/tcp-probes.test.ts',
      'an application that listens on loopback alone never becomes ready, as without a sidecar',
    ],
    ['test/lab/tcp-probes.test.ts', 'an application that listens on the address of the pod alone becomes ready'],
  ],
  sightings: (examined) => {
    const led = new Set(servicePortsOf(examined).map(({ target }) => target));
    if (led.size === 0) return [];
    return runningContainers(examined).flatMap((container) =>
      joinedFlags(writtenTexts(container)).flatMap((text) =>
        boundToLoopback(text, container.container.ports ?? [], led),
      ),
    );
  },
};

function boundToLoopback(
  { path, text, variable }: WrittenText,
  ports: readonly { readonly containerPort: number }[],
  led: ReadonlySet<number | undefined>,
): Sighting[] {
  const [, flag = '', ofFlag = ''] = variable === undefined ? (FLAG.exec(text) ?? []) : [];
  const isTold = variable === undefined ? FLAG_NAME.test(flag) : VARIABLE_NAME.test(variable);
  const match = isTold ? VALUE.exec(variable === undefined ? ofFlag : text) : null;
  if (match === null) return [];
  // a second port, such as that of an administration, may well listen on loopback alone
  const port = match[1] === undefined ? (ports.length === 1 ? ports[0]?.containerPort : undefined) : Number(match[1]);
  if (port === undefined || !led.has(port)) return [];
  return [{ path, message: `seems to bind ${port}, to which a Service leads, to loopback` }];
}

/** A flag and its value may be two arguments. */
const joinedFlags = (texts: readonly WrittenText[]): readonly WrittenText[] =>
  texts.map((written, index) => {
    const next = texts[index + 1];
    const isFlagAlone = written.variable === undefined && /^--?[\w.-]+$/.test(written.text);
    return isFlagAlone && next !== undefined && next.variable === undefined
      ? { path: next.path, text: `${written.text} ${next.text}` }
      : written;
  });
