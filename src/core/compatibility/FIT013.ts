import { type AuthorsContainer, runningContainers } from './examined.ts';
import type { FitCheck } from './fit-check.ts';
import { writtenTexts } from './written-texts.ts';

// an address of another service: a scheme, and a host behind it
const ADDRESS = /[a-z0-9+.-]:\/\/[^\s/"']/;
// a program that does nothing but call one
const PROGRAM = /^(?:\/.*\/)?(curl|wget|nc|ncat|nslookup|dig|psql|mysql|redis-cli)$/;

export const FIT013: FitCheck = {
  code: 'FIT013',
  severity: 'needs-change',
  title: 'No init container needs the network before the proxy runs.',
  remedy:
    'Use a profile with order: Native, whose proxy runs before them, or exclude what they call: traffic.sidecar.istio.io/excludeOutboundPorts.',
  why: 'With Istio’s CNI plugin the redirect stands before the first container starts. Until the proxy runs, what is captured is refused.',
  holds:
    'profiles with capture: Cni in Classic order; where Pillion’s redirect is the last init container, those of the author call past it',
  shownBy: [
    [
      'test/lab/compatibility.test.ts',
      'FIT013: an init container behind the redirect reaches nobody before the proxy runs',
    ],
    [
      'test/lab/classic-order.test.ts',
      'while its proxy does not run, calls of the application are refused and never get out uncaptured',
    ],
    [
      'test/lab/classic-order.test.ts',
      'init containers of the author’s own call before the redirect stands: nothing captures them, nothing is in their way',
    ],
  ],
  sightings: (examined) => {
    const { profile, rendering } = examined.subject;
    if (!profile.traits.strandsInitContainers || !rendering().outlivesJobs) return [];
    const running = new Set(runningContainers(examined));
    return examined.containers
      .filter((container) => !running.has(container))
      .flatMap((container) => calling(container));
  },
};

const calling = (container: AuthorsContainer) =>
  writtenTexts(container)
    .flatMap(({ path, text }) => {
      const by = calls(text);
      const message = `the init container ${container.container.name} seems to call another service: ${by}`;
      return by === undefined ? [] : [{ path, message }];
    })
    .slice(0, 1);

// the text itself may hold a password and is not told
function calls(text: string): string | undefined {
  if (ADDRESS.test(text)) return 'an address';
  // also within a line of a shell
  const words = text.split(/[\s;&|(]/);
  return words.map((word) => PROGRAM.exec(word)?.[1]).find((program) => program !== undefined);
}
