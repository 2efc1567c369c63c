import type { ComposePlace } from '../plan/compose-place';
import type { AttemptsOf } from './attempts';
import type { Owner } from './resources';

export interface Host {
  instanceId: string;
  state: string;
  publicIp?: string;
  /** where the tasks reach it */
  privateIp?: string;
  elasticIp: boolean;
  /** of the compose stack, those that ran when preflight looked */
  services?: string[];
  /** services of the stack that do nothing but compact; absent: none is known */
  compactors?: string[];
}

/** A compose stack on a host. */
export interface HostStack extends ComposePlace {
  instanceId: string;
}

/** Somebody who is connected to a published port of a host. */
export interface Peer {
  peer: string;
  port: number;
  service: string;
  connections: number;
}

/** `10.0.3.4 → 9009 (mimir), 3 connections` */
export function describePeer({ peer, port, service, connections }: Peer): string {
  const plural = connections === 1 ? '' : 's';
  return `${peer} → ${port} (${service}), ${connections} connection${plural}`;
}

/** Where to look for clients of a host. */
export interface ConnectionRequest extends HostStack {
  recordPorts: number[];
  /** published ports at which connections count; absent: all that take data or serve a record */
  ports?: number[];
  /** whose connections don't count: `<peer>/<port>` */
  without?: string[];
  /** the service of ours that writes there by the plan, and is no client */
  writer?: { cluster: string; service: string };
}

export interface HostHealthRequest extends HostStack {
  timeoutMs: number;
  /** absent: all containers */
  services?: string[];
  records?: {
    name: string;
    protocol: string;
    port: number;
  }[];
}

/** An instance, and how long EC2 may take to bring it to another state. */
interface StateRequest {
  instanceId: string;
  timeoutMs: number;
}

export interface BackupImage {
  instanceId: string;
  imageId: string;
  name: string;
}

/** The EC2 hosts, their compose stacks (through SSM) and the images that back them up. */
export interface HostActivities {
  /** who is connected to ports that take data or serve a record */
  listConnections(input: ConnectionRequest): Promise<Peer[]>;
  /** returns when nobody is left, or when others than `seen` are there after `quietMs` */
  watchConnections(input: ConnectionRequest & { seen: Peer[]; quietMs: number }): Promise<Peer[]>;
  /** stops the containers gracefully */
  stopStack(input: HostStack & { owner: Owner; stopTimeoutSeconds: number }): Promise<{ output: string }>;
  /** as soon as SSM sees the host, all services but `except`; fails with type HostNotReachable */
  startStack(input: HostStack & { timeoutMs: number; except?: string[] }): Promise<void>;
  /** until the containers run and each name is answered on the host; fails with type HostNotHealthy */
  awaitHost(input: HostHealthRequest): Promise<void>;
  stopInstance(input: StateRequest & { owner: Owner }): Promise<void>;
  /** fails with EC2's reason where the instance falls back to `stopped` or is gone */
  startInstance(input: StateRequest): Promise<{ publicIp?: string }>;
  /**
   * fails with type BackupIncomplete, and then has terminated nothing, where the image is not complete or not known to
   * be, and where AWS refuses
   */
  terminateInstance(input: StateRequest & { imageId: string }): Promise<void>;
  /**
   * resumes an image that this run began, unless that has failed; else a new one, under `fallbackName` when the name is
   * taken
   */
  createBackup(input: { owner: Owner; instanceId: string; name: string; fallbackName: string }): Promise<BackupImage>;
  /** until image and all snapshots are complete; fails where they can't be, or have not moved for `stallMs` */
  awaitBackup(input: { imageId: string; stallMs: number }): Promise<void>;
}

export const HOST_ATTEMPTS: AttemptsOf<HostActivities> = {
  listConnections: 'waiting',
  watchConnections: 'waiting',
  stopStack: 'waiting',
  startStack: 'waiting',
  awaitHost: 'waiting',
  stopInstance: 'waiting',
  startInstance: 'waiting',
  terminateInstance: 'waiting',
  createBackup: 'quick',
  awaitBackup: 'waiting',
};
