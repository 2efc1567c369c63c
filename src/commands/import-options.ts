import type { JsonOption } from './command';
import type { StackOptions } from './stack-options';

/** What `import` takes beside the folder. */
export interface ImportOptions extends StackOptions, JsonOption {
  /** the plan file */
  output: string;
  report?: string;
  accept?: string[];
  composeFile?: string[];
  envFile?: string[];
  profile?: string[];
  grafanaEfs?: string;
  offline?: boolean;
  force?: boolean;
}
