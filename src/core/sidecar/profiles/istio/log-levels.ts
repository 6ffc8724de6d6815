import { LOG_LEVELS } from '../../../api/envoy-profile.ts';

// Envoy takes `warn` for `warning`, and ends at a word that it does not know
const ENVOY: ReadonlySet<string> = new Set([...LOG_LEVELS, 'warn']);
// istio.io/istio pkg/log, stringToLevel; the agent ends at another word
const AGENT: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'error', 'fatal', 'none']);
const ENVOY_WORDS = LOG_LEVELS.join(', ');

/** What the judges below accept, in words. */
export const ACCEPTED_LEVELS = {
  envoy: `a level (${ENVOY_WORDS}), components with levels, or both, such as info,http:debug`,
  components: `components with levels (${ENVOY_WORDS}), such as misc:error,http:debug`,
  agent: `a level (${[...AGENT].join(', ')}) or scopes with levels, such as default:info,ads:debug`,
} as const;

// printable and without white space, since they become an argument; which names there are depends on the version of the program
const NAME = /^[A-Za-z0-9_.-]+$/;
const MOST_CHARACTERS = 1024;

/** A level of one program, or that of a part of it, `PART:LEVEL`. */
function isLevel(text: string, levels: ReadonlySet<string>, needsName: boolean): boolean {
  const colon = text.indexOf(':');
  const named = colon >= 0 && NAME.test(text.slice(0, colon));
  return (named || (colon < 0 && !needsName)) && levels.has(text.slice(colon + 1));
}

const judge =
  (levels: ReadonlySet<string>, needsName: boolean) =>
  (text: string): boolean =>
    text.length <= MOST_CHARACTERS && text.split(',').every((one) => isLevel(one, levels, needsName));

/** Levels of Envoy, some of them of its components. */
export const isEnvoyLevels = judge(ENVOY, false);
/** Levels of Envoy’s components alone. */
export const isComponentLevels = judge(ENVOY, true);
/** Levels of pilot-agent, some of them of its scopes. */
export const isAgentLevels = judge(AGENT, false);
