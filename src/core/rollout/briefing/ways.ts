import type { FitObject } from '../../compatibility/fit-object.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import { shellWord } from '../../problem/shell-word.ts';
import { markCommand } from '../../running/mark-command.ts';
import { byHandOfKind, byHandOfSettings, isRollingKind, restartNote } from '../by-hand.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { type Phrase, say, words } from './phrase.ts';

/** Something that can be done, or that will happen. */
export interface Way {
  readonly what: 'OptIn' | 'NextRollout' | 'OptOut' | 'RollBack';
  readonly says: Phrase;
  readonly command?: string;
}

/** How pods come to their sidecar and how they lose it again, and what to expect in between. */
export function waysOf(briefed: BriefedPod, workload: FitObject, stage: string | undefined): readonly Way[] {
  return [
    ...namespaceWay(briefed, workload, stage),
    ...optIn(briefed, workload),
    { what: 'NextRollout', ...nextRollout(briefed, workload) },
    ...optOut(briefed, workload),
    ...rollBack(briefed, workload, stage),
  ];
}

const ownerOf = ({ kind, name, value }: FitObject) => ({
  apiVersion: typeof value.apiVersion === 'string' ? value.apiVersion : '',
  kind,
  name,
});

const inNamespace = ({ namespace }: FitObject): string => `kubectl -n ${shellWord(namespace)}`;
const objectWord = ({ kind, name }: FitObject): string => shellWord(`${kind.toLowerCase()}/${name}`);

function namespaceWay(
  { namespaceLabels }: BriefedPod,
  { namespace }: FitObject,
  stage: string | undefined,
): readonly Way[] {
  const labels = Object.entries(namespaceLabels).map(([key, value]) => `${key}=${value}`);
  if (labels.length === 0) return [{ what: 'OptIn', says: say`The namespace ${namespace} has its labels already.` }];
  const command = `kubectl label namespace ${[namespace, ...labels].map(shellWord).join(' ')} --overwrite`;
  const says =
    stage === undefined
      ? say`The namespace ${namespace} opts in, once for all of its workloads.`
      : say`The namespace ${namespace} opts in when the stage is opened: ${`pillion rollout open ${stage}`} writes the labels. By hand it is`;
  return [{ what: 'OptIn', says, command }];
}

function optIn({ subject, lacksMark, markPlace }: BriefedPod, workload: FitObject): readonly Way[] {
  const { podKey } = subject.policy.spec.optIn;
  if (!lacksMark) return [{ what: 'OptIn', says: words('The pods ask for the sidecar already, or need not ask.') }];
  const command = markCommand(workload.namespace, ownerOf(workload), markPlace, podKey, 'true');
  const what = markPlace === 'labels' ? 'label' : 'annotation';
  return [
    {
      what: 'OptIn',
      says: say`The workload opts in by the ${[what]} ${`${podKey}: "true"`} of its pod template. Write it where the manifest is kept${words(command === undefined ? ' and apply it anew.' : ', or, to try it,')}`,
      ...(command !== undefined && { command }),
    },
  ];
}

function optOut({ subject, markPlace }: BriefedPod, workload: FitObject): readonly Way[] {
  const { podKey } = subject.policy.spec.optIn;
  const command = markCommand(workload.namespace, ownerOf(workload), markPlace, podKey, 'false');
  return [
    {
      what: 'OptOut',
      says: say`Opt out by ${`${podKey}: "false"`} at the same place; the next pods come without the sidecar.`,
      ...(command !== undefined && { command }),
    },
  ];
}

function rollBack({ lacksMark }: BriefedPod, workload: FitObject, stage: string | undefined): readonly Way[] {
  // without a mark to write, the last change of the template is another one
  const undo =
    lacksMark && isRollingKind(workload.kind)
      ? [
          {
            what: 'RollBack' as const,
            says: words('Go back to the pods before, where opting in was the last change of the template'),
            command: `${inNamespace(workload)} rollout undo ${objectWord(workload)}`,
          },
        ]
      : [];
  if (stage === undefined) return undo;
  return [
    ...undo,
    {
      what: 'RollBack',
      says: words('Take the whole stage back, for all of its squads'),
      command: `pillion rollout rollback ${shellWord(stage)}`,
    },
  ];
}

const ONE_AFTER_THE_OTHER = 'Opting in changes the pod template, so the pods are replaced at once';

/** What will be seen when the pods get their sidecar. */
function nextRollout({ lacksMark }: BriefedPod, workload: FitObject): Omit<Way, 'what'> {
  const { kind, namespace, name, value } = workload;
  if (kind === 'CronJob')
    return { says: words('Nothing is restarted: the pods of the next run come with the sidecar.') };
  if (!isRollingKind(kind)) {
    const { says, next } = byHandOfKind({ ...ownerOf(workload), namespace }, ['POD']);
    return { says: words(`Nothing is replaced by itself: ${says}.`), ...(next !== undefined && { command: next }) };
  }
  if (!lacksMark)
    return {
      says: words('Nothing is restarted by that: the next pods come with the sidecar. Those that run get theirs by'),
      command: `pillion rollout restart --missing -n ${shellWord(namespace)} ${objectWord(workload)}`,
    };
  const byHand = byHandOfSettings({ kind, namespace, name }, value, ['POD']);
  if (byHand !== undefined)
    return {
      says: words(`The pods are not replaced by themselves: the ${kind} ${byHand.says}.`),
      ...(byHand.next !== undefined && { command: byHand.next }),
    };
  const note = restartNote(kind, value);
  const says =
    note === undefined
      ? say`${[ONE_AFTER_THE_OTHER]}, as far at a time as ${strategyOf(workload)} allows. Follow it by`
      : words(`${ONE_AFTER_THE_OTHER}, and ${note}. Follow it by`);
  return { says, command: `${inNamespace(workload)} rollout status ${objectWord(workload)}` };
}

// what the API server fills in
const DEFAULTS: Readonly<Record<string, readonly (readonly [field: string, value: unknown])[]>> = {
  Deployment: [
    ['maxUnavailable', '25%'],
    ['maxSurge', '25%'],
  ],
  DaemonSet: [
    ['maxUnavailable', 1],
    ['maxSurge', 0],
  ],
  StatefulSet: [['maxUnavailable', 1]],
};

function strategyOf({ kind, value }: FitObject): Phrase {
  const { strategy, updateStrategy } = fieldsOf(value.spec);
  const said = fieldsOf(fieldsOf(strategy ?? updateStrategy).rollingUpdate);
  const bounds = (DEFAULTS[kind] ?? []).map(([field, preset]) => `${field}: ${String(said[field] ?? preset)}`);
  return say`${bounds.join(', ')}`;
}
