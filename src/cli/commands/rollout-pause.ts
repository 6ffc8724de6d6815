import { changePlan, type PlanOperation, planAsWritten } from '../../cluster/rollout/standing-plan.ts';
import { changeRecord } from '../../cluster/rollout/stored-record.ts';
import { whoAmI } from '../../cluster/who-am-i.ts';
import type { RolloutPlan } from '../../core/api/rollout-plan.ts';
import { type RolloutAction, withAction } from '../../core/rollout/rollout-record.ts';
import { withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { changeText, PLAN_OBJECT } from '../output/stage-change.ts';
import { structured } from '../output/structured.ts';
import { type RolloutFlags, recordPlace } from '../rollout-call.ts';

/**
 * `pillion rollout pause`: no stage is opened until `resume`. What is open stays open.
 * @returns 0
 * @throws Fault PIL002, PIL004, PIL006
 */
export const rolloutPause = (
  { reason, ...flags }: RolloutFlags & { readonly reason?: string },
  environment: Environment,
): Promise<number> =>
  // who gives no reason takes none away
  changedPause((paused) => reason ?? paused?.reason ?? 'no reason was given', flags, environment);

/** `pillion rollout resume`: stages may be opened again. */
export const rolloutResume = (flags: RolloutFlags, environment: Environment): Promise<number> =>
  changedPause(() => undefined, flags, environment);

async function changedPause(
  reasonAfter: (paused: RolloutPlan['spec']['paused']) => string | undefined,
  flags: RolloutFlags,
  environment: Environment,
): Promise<number> {
  const { dryRun = false, output } = flags;
  return await withCluster(flags, async (transport) => {
    const { paused } = (await planAsWritten(transport)).spec;
    const reason = reasonAfter(paused);
    const nothing = paused?.reason === reason;
    if (!nothing && !dryRun) {
      await changePlan(transport, pauseOperations(reason));
      const action: RolloutAction = {
        ...{ at: environment.now().toISOString(), by: await whoAmI(transport) },
        ...(reason === undefined ? { did: 'Resumed' } : { did: 'Paused', reason }),
      };
      await changeRecord(transport, recordPlace(flags), (record) => withAction(record, action));
    }
    const [from, to] = [paused?.reason ?? null, reason ?? null];
    const told = {
      ...{ dryRun, refusals: [], gates: [], left: [] },
      result: nothing ? ('nothing-to-do' as const) : dryRun ? ('would-be-done' as const) : ('done' as const),
      changes: nothing ? [] : [{ object: PLAN_OBJECT, key: 'paused', from, to }],
    };
    const words = reason === undefined ? 'resumed' : 'paused';
    environment.stdout(output === 'human' ? changeText(told, words, environment) : structured(told, output));
    return 0;
  });
}

const pauseOperations =
  (reason: string | undefined) =>
  ({ spec: { paused } }: RolloutPlan): readonly PlanOperation[] => {
    if (paused?.reason === reason) return [];
    if (reason === undefined) return [{ op: 'remove', path: '/spec/paused' }];
    return [{ op: 'add', path: '/spec/paused', value: { reason } }];
  };
