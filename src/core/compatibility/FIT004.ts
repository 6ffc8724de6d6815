import { quoted } from '../problem/quoted.ts';
import { runningContainers } from './examined.ts';
import type { FitCheck } from './fit-check.ts';

// the image, whatever registry it comes from: envoyproxy/envoy, envoy, envoy-alpine
const ENVOY = /(?:^|\/)envoy(?:-[a-z]+)?(?:[:@]|$)/;

export const FIT004: FitCheck = {
  code: 'FIT004',
  severity: 'note',
  title: 'The application brings no Envoy of its own.',
  remedy:
    'Decide which of the two retries, limits and ends connections. Nothing has to be done where the own one only serves.',
  why: 'Requests pass two proxies in a row, so their timeouts cut each other off and their retries multiply.',
  holds: 'profiles that capture traffic',
  sightings: (examined) =>
    examined.subject.profile.traits.captures
      ? runningContainers(examined)
          .filter(({ container }) => ENVOY.test(container.image ?? ''))
          .map(({ container, path }) => ({
            path: `${path}/image`,
            message: `the container ${container.name} runs ${quoted(container.image ?? '')}`,
          }))
      : [],
};
