import picocolors from 'picocolors';
import { printable } from '../../core/problem/printable.ts';
import type { SettingOrigin } from '../../core/sidecar/rendering.ts';

/** What a sidecar is like, and who chose that, as lines below the decision about its pod. */
export function sidecarText(settings: readonly SettingOrigin[], colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const [settingWidth, valueWidth] = (['setting', 'value'] as const).map((column) =>
    Math.min(WIDEST, Math.max(...settings.map((row) => row[column].length))),
  );
  const line = ({ setting, value, origin }: SettingOrigin): string =>
    `${printable(setting).padEnd(settingWidth ?? 0)}  ${printable(value).padEnd(valueWidth ?? 0)}  ${paint.dim(printable(origin))}`;
  const [first, ...others] = settings.map(line);
  return [`  sidecar ${first ?? ''}`, ...others.map((other) => `          ${other}`)].join('\n');
}

// a list of ports or a configuration would push everything else off the terminal
const WIDEST = 48;
