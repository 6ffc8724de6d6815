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

/** What is done with a stage, each as a whole line: what comes next first. */
export function stageCommands({ name, state }: RolloutStage, place: StageCommandPlace): Commands {
  const line = (does: string, verb: string, ...more: readonly string[]) => ({
    does,
    command: ['pillion rollout', verb, wayTo(name, place), ...more].join(' '),
  });
  const brief = line('Tell its squads what will change', 'brief');
  return state === 'Open'
    ? [
        {
          does: 'Give running pods their sidecar',
          command: ['pillion rollout restart --missing', ...flagsFor(place)].join(' '),
        },
        brief,
        line('Roll this stage back', 'rollback'),
      ]
    : [
        line('Ask its gates, and show here what they come to', 'gates', '--record'),
        brief,
        line('Show what opening it would change', 'open', '--dry-run'),
        line('Open this stage', 'open'),
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
