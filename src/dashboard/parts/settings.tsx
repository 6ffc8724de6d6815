import type { Setting } from '../../core/dashboard/workloads.ts';
import { DataTable } from './data-table.tsx';

/** What the sidecar is set to, and where each value comes from. */
export function Settings({ settings }: { settings: readonly Setting[] }) {
  return (
    <DataTable
      caption="Settings with their origin"
      rows={settings}
      keyOf={({ setting }) => setting}
      empty="Everything is as the profile says."
      columns={[
        { head: 'Setting', cell: ({ setting }) => setting },
        { head: 'Value', cell: ({ value }) => <code>{value}</code> },
        { head: 'Origin', isLong: true, cell: ({ origin }) => origin },
      ]}
    />
  );
}
