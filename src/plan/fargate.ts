/** Memory in GB that goes with a cpu size. */
interface MemoryRange {
  least: number;
  most: number;
  step: number;
}

interface FargateSize extends MemoryRange {
  /** vCPU */
  cpu: number;
}

/** Source: AWS, "Task definition parameters for Fargate", table of CPU and memory. */
const FARGATE_SIZES: readonly FargateSize[] = [
  { cpu: 0.25, least: 0.5, most: 2, step: 0.5 },
  { cpu: 0.5, least: 1, most: 4, step: 1 },
  { cpu: 1, least: 2, most: 8, step: 1 },
  { cpu: 2, least: 4, most: 16, step: 1 },
  { cpu: 4, least: 8, most: 30, step: 1 },
  { cpu: 8, least: 16, most: 60, step: 4 },
  { cpu: 16, least: 32, most: 120, step: 8 },
];

/** Cpu sizes in vCPU, ascending. */
export const CPU_SIZES: readonly number[] = FARGATE_SIZES.map(({ cpu }) => cpu);

/** The memory that goes with `cpu` vCPU; undefined where Fargate has no such size. */
export function findMemoryRange(cpu: number): MemoryRange | undefined {
  return FARGATE_SIZES.find((size) => size.cpu === cpu);
}

/** Whether Fargate offers `memory` GB in this range. */
export function isInRange(memory: number, { least, most, step }: MemoryRange): boolean {
  const isWholeSteps = Number.isInteger((memory - least) / step);
  return memory >= least && memory <= most && isWholeSteps;
}

/** Cpu sizes in vCPU that take `memory` GB, ascending. */
export function listCpuFor(memory: number): number[] {
  return FARGATE_SIZES.filter((size) => isInRange(memory, size)).map(({ cpu }) => cpu);
}
