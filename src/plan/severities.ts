/** Severities of a finding of ECR's image scan, the mildest first. */
export const SEVERITIES = ['UNDEFINED', 'INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
