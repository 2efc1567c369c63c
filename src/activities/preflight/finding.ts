import type { Finding } from '../../contract/findings';

/**
 * What one question of preflight found out; its facts, which others build on, stand beside
 * the findings.
 */
export interface Look {
  findings: Finding[];
}

/** It is as it has to be. */
export function pass(check: string, message: string): Finding {
  return {
    check,
    level: 'pass',
    message,
  };
}

/** It can go on; `fix` says what to do, or that nothing needs to be done. */
export function warn(check: string, message: string, fix: string): Finding {
  return {
    check,
    level: 'warn',
    message,
    fix,
  };
}

/** It can't go on; `fix` leads out. */
export function fail(check: string, message: string, fix: string): Finding {
  return {
    check,
    level: 'fail',
    message,
    fix,
  };
}

/**
 * The same for a loss of data, with the name by which a plan can accept it:
 * `<service>/<check>`.
 */
export function failAs(id: string, check: string, message: string, fix: string): Finding {
  return {
    id,
    check,
    level: 'fail',
    message,
    fix,
  };
}
