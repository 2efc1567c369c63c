import { findMemoryRange, isInRange } from '../fargate';
import { describeCpu, describeMemory, describeRepeatedPort, describeSidecars } from '../texts';
import type { Report } from './rule';

interface Size {
  /** vCPU */
  cpu: number;
  /** GB */
  memory: number;
}

interface Ports {
  port: number;
  extraPorts: number[];
}

interface Containers {
  /** GB of the task */
  memory: number;
  /** MB of each sidecar; what is none of that, the schema names */
  sidecars?: Record<string, { memory?: unknown } | null> | null;
}

/** A task's size is one that Fargate offers. */
export function checkSize({ cpu, memory }: Size, report: Report): void {
  const range = findMemoryRange(cpu);
  if (!range) return report(['cpu'], cpu, describeCpu(cpu, memory));
  if (!isInRange(memory, range)) report(['memory'], memory, describeMemory(memory, cpu, range));
}

/** A task listens once on a port. */
export function checkPorts({ port, extraPorts }: Ports, report: Report): void {
  const ports = [port, ...extraPorts];
  const twice = ports.find((each, index) => ports.indexOf(each) !== index);
  if (twice !== undefined) report(['extraPorts'], twice, describeRepeatedPort(twice));
}

/** Sidecars leave the service memory. */
export function checkSidecars({ memory, sidecars }: Containers, report: Report): void {
  const whole = memory * 1024;
  const sizes = Object.values(sidecars ?? {}).map((sidecar) => sidecar?.memory);
  const taken = sizes.filter((size) => typeof size === 'number').reduce((sum, size) => sum + size, 0);
  if (taken >= whole) report(['sidecars'], memory, describeSidecars(taken, whole));
}
