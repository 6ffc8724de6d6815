import type { Command } from 'commander';
import { choice, collect, withOutput, withPolicy } from './command-flags.ts';
import {
  COMPATIBILITIES,
  type FromIstioFlags,
  type ProfileShowFlags,
  profileFromIstio,
  showProfiles,
} from './commands/profile.ts';
import type { Environment } from './environment.ts';
import type { Done } from './run-program.ts';

/** The commands about profiles, with their flags. */
export function profileCommands(profile: Command, environment: Environment, done: Done): void {
  withOutput(
    withPolicy(profile.command('show').description('print the profiles that can be named, as they count'), environment),
  )
    .argument('[name]', 'only the profile of this name')
    .action((name: string | undefined, flags: ProfileShowFlags) => done(showProfiles(name, flags, environment)));
  withOutput(
    profile
      .command('from-istio')
      .description(
        'print the SidecarProfile and the InjectionPolicy that say what an Istio injector is configured with. What they cannot say goes to stderr, each with its place, the reason and the way out. Without -f the ConfigMaps are read from the cluster.',
      ),
  )
    .option(
      '-f, --file <file>',
      'the ConfigMaps istio-sidecar-injector and istio, in one file or in two, - for stdin (repeatable)',
      collect,
    )
    .option('--kubeconfig <file>', 'how to reach the cluster; in a pod its service account is used')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--revision <name>', 'of the injector, when it is not the default one')
    .option('--istio-namespace <name>', 'where istiod runs', 'istio-system')
    .addOption(
      choice(
        '--compatibility <word>',
        'Istio: with the faults of Istio’s injector. Corrected: without them',
        COMPATIBILITIES,
        'Istio',
      ),
    )
    .option('--full', 'every setting, also those that are as in the built-in profile')
    .option(
      '--allow-privileged',
      'let pods use every annotation, as with Istio, also those that give the sidecar rights, another image and volumes',
    )
    .option('--strict', 'exit with 1 when something could not be expressed')
    .action((flags: FromIstioFlags) => done(profileFromIstio(flags, environment)));
}
