import type { Remains } from '../../contract/remains';
import { nameRecord } from '../../plan/names';
import { describeRecord, describeService, describeStop } from './texts';

/** One thing that stands, and in which state. */
export interface Standing {
  what: string;
  state: string;
}

/**
 * Whatever a way back would take away. Where no host is left what stands is the stack itself, but for a name of which
 * a part still leads to a host.
 */
export function listStanding({ records, services, hosts }: Remains): Standing[] {
  const isOver = hosts.every(({ state }) => state === 'terminated');
  const unwanted = isOver ? records.filter(({ weight }) => weight < 100) : records;
  const ofRecords = unwanted.map((record) => ({
    what: nameRecord(record),
    state: describeRecord(record),
  }));
  if (isOver) return ofRecords;
  const ofServices = services.map((service) => ({
    what: service.service,
    state: describeService(service),
  }));
  const ofHosts = hosts.flatMap(({ instanceId, state, run }) =>
    run === undefined || state === 'running' || state === 'terminated'
      ? []
      : [
          {
            what: instanceId,
            state: describeStop(state, run),
          },
        ],
  );
  return [...ofRecords, ...ofServices, ...ofHosts];
}

/** Percent on ECS, of the name that has most of it there. */
export function findWeight({ records }: Remains): number {
  return Math.max(0, ...records.map(({ weight }) => weight));
}
