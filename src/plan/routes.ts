import type { ServicePlan } from './service';

/** Of a rule, over all its conditions. Source: AWS, "Quotas for your Application Load Balancers". */
const MOST_VALUES = 5;

/** Who comes to a service, and to which of its paths. */
type Exposure = Pick<NonNullable<ServicePlan['expose']>, 'paths' | 'public' | 'from'>;

/** The part of it that says whether anybody comes. */
export interface Exposed {
  public?: boolean | undefined;
  from?: string[] | undefined;
}

/** What one rule of the listener brings to a service. */
export interface Share {
  paths: string[];
  /** CIDRs; absent: from everywhere */
  sources?: string[];
}

/**
 * Whether a rule of the load balancer leads to a service: whoever comes to an internet-facing one from the VPC arrives
 * with the public address of its NAT gateway, so that the VPC's range matches nobody there.
 */
export function isRouted(scheme: string, expose: Exposed | undefined): boolean {
  if (!expose) return false;
  return expose.public === true || scheme !== 'internet-facing' || (expose.from ?? []).length > 0;
}

/** A VPC's ranges: its first, and those that it was given later. */
export const listRanges = ({ vpcCidr, addedCidrs = [] }: { vpcCidr: string; addedCidrs?: string[] }): string[] => [
  vpcCidr,
  ...addedCidrs,
];

/**
 * The rules that a host name of a service needs; none: nobody comes to it through the load balancer.
 * @param inside the VPC's ranges
 */
export function listShares(scheme: string, exposure: Exposure, inside: string[]): Share[] {
  const { paths, public: isPublic, from = [] } = exposure;
  if (isPublic) return [{ paths }];
  const sources = scheme === 'internet-facing' ? from : [...new Set([...inside, ...from])];
  const room = MOST_VALUES - 1 - (hasEveryPath(paths) ? 0 : paths.length);
  const shares: Share[] = [];
  for (let first = 0; first < sources.length; first += room) {
    shares.push({ paths, sources: sources.slice(first, first + room) });
  }
  return shares;
}

/** A rule for every path has no condition on it. */
export const hasEveryPath = (paths: string[]): boolean => paths.length === 1 && paths[0] === '/*';

/** Ranges from which services may be reached beside the VPC's, each once. */
export function listAdmitted({ services }: { services: Record<string, Pick<ServicePlan, 'expose'>> }): string[] {
  return [...new Set(Object.values(services).flatMap(({ expose }) => expose?.from ?? []))];
}
