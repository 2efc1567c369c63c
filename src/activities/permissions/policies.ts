import { listActions } from './needs';
import type { Condition, Need } from './need';

/** Of a managed policy, white space not counted. Source: AWS, "IAM and AWS STS quotas". */
const MOST_CHARACTERS = 6144;

export interface Statement {
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: Condition;
}

interface Policy {
  Version: '2012-10-17';
  Statement: Statement[];
}

/** Policies that together allow all of it, each of a size that IAM takes. */
export function writePolicies(needs: Need[]): Policy[] {
  const statements = writeStatements(needs).flatMap(splitToFit);
  const filled: Statement[][] = [];
  for (const statement of statements.sort((one, other) => measure([other]) - measure([one]))) {
    const room = filled.find((others) => measure([...others, statement]) <= MOST_CHARACTERS);
    if (room) room.push(statement);
    else filled.push([statement]);
  }
  return filled.map(toPolicy);
}

/** One for whatever has the same resources and conditions. */
export function writeStatements(needs: Need[]): Statement[] {
  const alike = new Map<string, Need[]>();
  for (const need of needs) {
    const key = JSON.stringify([need.resources, need.condition]);
    alike.set(key, [...(alike.get(key) ?? []), need]);
  }
  return [...alike.values()].map((group) => {
    const { resources, condition } = group[0]!;
    return {
      Effect: 'Allow',
      Action: listActions(group),
      Resource: [...new Set(resources)],
      ...(condition && { Condition: condition }),
    };
  });
}

/** Halves of the resources, where all of them are too much for one policy. */
function splitToFit(statement: Statement): Statement[] {
  const { Resource: resources } = statement;
  if (measure([statement]) <= MOST_CHARACTERS || resources.length < 2) return [statement];
  return halve(resources).flatMap((half) => splitToFit({ ...statement, Resource: half }));
}

export function halve<T>(all: T[]): T[][] {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
}

function measure(statements: Statement[]): number {
  return JSON.stringify(toPolicy(statements)).replace(/\s/g, '').length;
}

function toPolicy(statements: Statement[]): Policy {
  return {
    Version: '2012-10-17',
    Statement: statements,
  };
}
