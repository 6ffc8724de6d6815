import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import { shellWord } from '../problem/shell-word.ts';
import type { Rollout } from './rollout.ts';

type Commands = Rollout['commands'];

/** Of which installation commands speak. */
export interface StageCommandPlace {
  readonly namespace: string;
  readonly installation: string;
}

// as the flags of the commands have them when they are left out
const USUAL: StageCommandPlace = { namespace: 'pillion-system', installation: 'pillion' };

/** A word and the flags of an installation that is called otherwise, for a shell. */
export function wayTo(words: string, place: StageCommandPlace): string {
  return [shellWord(words), ...flagsFor(place)].join(' ');
}

const flagsFor = ({ namespace, installation }: StageCommandPlace): readonly string[] => [
  ...(installation === USUAL.installation ? [] : ['--installed-as', shellWord(installation)]),
  ...(namespace === USUAL.namespace ? [] : ['--own-namespace', shellWord(namespace)]),
];

/**
 * What is done with a stage, each as a whole line: what comes next first.
 * @param namespaces those that it covers
 */
export function stageCommands(stage: RolloutStage, namespaces: readonly string[], place: StageCommandPlace): Commands {
  const { name, state } = stage;
  const line = (does: string, verb: string, ...more: readonly string[]) => ({
    does,
    command: ['pillion rollout', verb, wayTo(name, place), ...more].join(' '),
  });
  const brief = line('Tell its squads what will change', 'brief');
  return state === 'Open'
    ? [...restartCommands(stage, namespaces, place), brief, line('Roll this stage back', 'rollback')]
    : [
        line('Ask its gates, and show here what they come to', 'gates', '--record'),
        brief,
        line('Show what opening it would change', 'open', '--dry-run'),
        line('Open this stage', 'open'),
      ];
}

/** How pods that run come to what an open stage brings. The command knows namespaces and no stages. */
function restartCommands(
  { features = [] }: RolloutStage,
  namespaces: readonly string[],
  place: StageCommandPlace,
): Commands {
  const [only, ...others] = namespaces;
  const isOne = only !== undefined && others.length === 0;
  const which = features.length === 0 ? '--missing' : '--stale';
  const within = isOne ? ['-n', shellWord(only)] : [];
  const command = ['pillion rollout restart', which, ...within, ...flagsFor(place)].join(' ');
  const pods = features.length === 0 ? 'pods without their sidecar' : 'pods whose sidecar is another one today';
  const where = isOne ? `in ${only}` : 'in the whole cluster, other stages included';
  return [
    { does: `Show which ${pods} would be restarted, ${where}`, command: `${command} --dry-run` },
    { does: `Restart them, ${where}`, command },
  ];
}

/** What is done with the whole rollout. */
export function planCommands(plan: RolloutPlan | undefined, place: StageCommandPlace): Commands {
  const line = (does: string, command: string) => ({ does, command: [command, ...flagsFor(place)].join(' ') });
  if (plan === undefined) return [line('Propose a plan for what runs here', 'pillion rollout plan -o yaml')];
  return plan.spec.paused === undefined
    ? [line('Pause the rollout', "pillion rollout pause --reason 'why it is paused'")]
    : [line('Go on with the rollout', 'pillion rollout resume')];
}
