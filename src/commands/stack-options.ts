import type { Command } from 'commander';
import type { PlanOptions } from '../import/plan';

/** What nobody can default: a stack's name, its names in DNS, and where it runs now. */
export type StackOptions = PlanOptions;

/** The same as options of a command. */
export function addStackOptions(command: Command): Command {
  return command
    .requiredOption('--name <name>', 'of the stack')
    .requiredOption('--domain <domain>', 'e.g. example.com')
    .requiredOption('--hosted-zone <id>', 'of the domain')
    .requiredOption('--certificate <arn>', 'in ACM')
    .requiredOption('--instance <ids...>', 'the EC2 hosts')
    .requiredOption('--compose-directory <path>', "the Compose stack's folder on the hosts");
}

/** These options with values, for an example. */
export const STACK_EXAMPLE =
  '--name lgtm-prd --domain example.com --hosted-zone Z0123456789 --certificate arn:aws:acm:… \\\n' +
  '    --instance i-0123456789abcdef0 --compose-directory /opt/lgtm';
