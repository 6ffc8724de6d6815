import { orOk, someOf, warning } from '../../../core/doctor/finding.ts';
import { digestOn } from '../../registration/content-digest.ts';
import { FIELD_MANAGER, isManaged, pluralOf } from '../../registration/registered-objects.ts';
import type { Check } from '../examine.ts';

/** Whether somebody else writes what a running Pillion keeps: they would undo each other's work for ever. */
export const fieldManagers: Check = async (patient) => {
  const kept = (await patient.configurations()).filter(
    // what others registered has no digest, and is theirs
    ({ metadata }) => isManaged(metadata) && digestOn(metadata) !== undefined,
  );
  const foreign = kept.flatMap(({ kind, metadata }) => {
    // the API server's controllers write into the status
    const managers = (metadata.managedFields ?? []).filter(
      ({ manager, subresource }) => manager !== FIELD_MANAGER && subresource === undefined,
    );
    const names = [...new Set(managers.map(({ manager }) => manager ?? 'somebody without a name'))];
    return names.map((manager) => ({ kind, name: metadata.name, manager }));
  });
  const [first] = foreign;
  const found =
    first === undefined
      ? []
      : [
          warning(
            `others write what Pillion keeps: ${someOf(foreign.map(({ kind, name, manager }) => `${manager} wrote ${kind}/${name}`))}`,
            `kubectl get ${pluralOf(first.kind)} ${first.name} -o yaml --show-managed-fields`,
          ),
        ];
  return orOk(found, `nobody else writes the ${kept.length} objects that Pillion keeps`);
};
