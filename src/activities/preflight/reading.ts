import type { Finding } from '../../contract/findings';
import type { Deps } from '../clients';
import { findRefusedAction, isDenied, type AwsError } from '../failures';
import { sayReadDenied } from './texts/account';

/** Commands whose refusal is said where they are sent, since less hangs on them or more is known there. */
const TOLD_ELSEWHERE = ['SimulatePrincipalPolicyCommand', 'DescribeAlarmsCommand', 'ListObjectsV2Command'];

type Client = Deps['clients'][keyof Deps['clients']];

/** Anything that a client sends. */
type Sending = (command: object, ...options: unknown[]) => Promise<unknown>;

/**
 * Clients of which every read that AWS refuses is noted, whoever asks and whatever he makes of it: none is left
 * unsaid, and none is said twice.
 */
export class Reading {
  readonly deps: Deps;
  private readonly refused = new Map<string, AwsError>();

  constructor(deps: Deps) {
    const clients = Object.entries(deps.clients).map(([name, client]) => [name, this.observe(client)]);
    this.deps = {
      ...deps,
      clients: Object.fromEntries(clients) as Deps['clients'],
    };
  }

  /** A finding for each action that was refused. */
  listFindings(): Finding[] {
    return [...this.refused.values()].map(sayReadDenied);
  }

  /** Its paginators want an instance of the client's own class. */
  private observe(client: Client): Client {
    const origin = client as unknown as { send: Sending };
    const observed = Object.create(client) as { send: Sending };
    observed.send = async (command, ...options) => {
      try {
        return await origin.send(command, ...options);
      } catch (error) {
        if (isDenied(error)) this.note(command, error);
        throw error;
      }
    };
    return observed as unknown as Client;
  }

  private note(command: object, error: AwsError): void {
    const { name } = command.constructor;
    if (TOLD_ELSEWHERE.includes(name)) return;
    this.refused.set(findRefusedAction(error)?.action ?? name, error);
  }
}

/** The answer, or undefined where a read that it needs is denied: that is noted by Reading, and hides nothing else. */
export async function unlessDenied<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (!isDenied(error)) throw error;
    return undefined;
  }
}

/** The findings of a look, or none where a read that it needs is denied. */
export async function findingsOf(asking: Promise<Finding[]>): Promise<Finding[]> {
  return (await unlessDenied(asking)) ?? [];
}
