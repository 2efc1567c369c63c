import type { Remains } from '../../contract/remains';
import { messageOf } from '../engine/failures';

// What is said of what an earlier run has left, and of what can't be read off it.

type StandingRecord = Remains['records'][number];
type StandingService = Remains['services'][number];

export const describeRecord = ({ shape, weight }: StandingRecord): string =>
  shape === 'fold' ? 'leads to ECS alone' : `is a weighted pair with ${weight} % on ECS`;

export const describeService = ({ count, run }: StandingService): string =>
  `runs ${count === 1 ? '1 task' : `${count} tasks`} of run ${run}`;

export const describeStop = (state: string, run: string): string => `is ${state}, by run ${run}`;

export const tellStanding = (what: string): string =>
  `${what}, of an earlier run; lgtm-migrate recover -f PLAN takes it back`;

export const tellEditedSince = (text: string): string =>
  `somebody has edited it since it was given back: ${text}; put that back by hand`;

export const tellStoppedSince = (state: string): string =>
  `is ${state}: somebody has done that since users were led back to it; start it`;

export const LOOK = 'look what an earlier run has left';

export const tellUnknownRemains = (error: unknown): string =>
  `whether an earlier run has left something is not known: ${messageOf(error)}; lgtm-migrate recover -f PLAN --dry-run says it`;

export const deriveTtl = (name: string, ttl: number): string =>
  `${name}: its TTL before is not known, it keeps that of the pair, ${ttl} s`;

export const deriveCname = (name: string, target: string, ttl: number): string =>
  `${name} was a CNAME to ${target}, by the pair; the TTLs before are not known: it gets ${ttl} s, ${target} keeps its own`;

/** @param sender by which senders come, and which leads to the same addresses */
export const deriveUnmarkedCname = (name: string, sender: string): string =>
  `${name}: whether it was a CNAME to ${sender} is not known, since that leaves no mark: it keeps the A record of its ` +
  `pair, which an address of the host that changes leaves behind; where it was one, put the CNAME back by hand`;

export const deriveAddress = (name: string, addresses: string[], ttl: number): string =>
  `${name}: what it was before is not known; it becomes an A record to ${addresses.join(', ')}, TTL ${ttl} s`;

export const deriveCounts = (services: string[]): string =>
  `${services.join(', ')}: the counts before are not known, they go to 0`;

export const deriveContainers = (instanceId: string): string =>
  `${instanceId}: which of its containers have to run is not known: all are started, and waited for, ` +
  'those that only compact too, while ECS still compacts';

export const deriveCleanup = (): string =>
  'which resources that run has made is not known: all are kept, whatever cleanup says; what it added to others too';

export const deriveGrafana = (instances: string): string =>
  `whether Grafana's database on ${instances} is read-only is not known: docs/data.md says how its lock ends`;

export const deriveDualWrite = (collector: string, instances: string): string =>
  `whether ${collector} has ceased to write to ${instances} is not known: what came to ECS alone is not on the host`;

export const deriveSenders = (instances: string): string =>
  `whether senders are back at ${instances} is not looked at: lgtm-migrate senders -f PLAN says who is connected`;

export const tellTerminated = (ids: string[]): string =>
  `${ids.join(', ')} terminated: there is no host to go back to; start it again from its backup image`;

export const tellNoLoadBalancer = (name: string): string =>
  `there is no load balancer ${name}, to which the records of that run lead; correct loadBalancer.name in the plan`;

/** @param name of the plan's ingest, where it has one */
export const tellNoIngest = (names: string[], name = 'for an ingest'): string =>
  `there is no load balancer ${name}, to which ${names.join(', ')} of senders lead; correct ingest.name in the plan, or ` +
  'lead these names to the host by hand, then again';

export const tellNoAddress = (names: string[], instances: string[]): string =>
  `${names.join(', ')} can't lead back: ${instances.join(', ')} has no public address while it is stopped; ` +
  `start it, then again: aws ec2 start-instances --instance-ids ${instances.join(' ')}`;
