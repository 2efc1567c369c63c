/** How a script on a host ended. */
export interface ScriptResult {
  /** exit code of its last command */
  code: number;
  /** at most 24,000 characters: SSM cuts what is longer */
  output: string;
  error: string;
}
