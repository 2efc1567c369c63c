import type { Route, RouteTable } from '@aws-sdk/client-ec2';

/** The route table of a subnet: one without a table of its own uses the main one. */
export function findRouteTable(tables: RouteTable[], subnet: string): RouteTable | undefined {
  const own = tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet));
  return own ?? tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
}

export const listRoutes = (tables: RouteTable[], subnet: string): Route[] =>
  findRouteTable(tables, subnet)?.Routes ?? [];
