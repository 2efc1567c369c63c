import { adviceOn } from '../plan/advice';
import { loadPlan } from './plan-file';
import { EXIT, print } from './output';

/** Checks a plan file and says what it means. */
export async function validate({ file, json }: { file: string; json?: boolean }): Promise<number> {
  const plan = loadPlan(file);
  const services = Object.entries(plan.services).map(
    ([name, { count, cpu, memory }]) => `${name} ${count} × ${cpu} vCPU ${memory} GB`,
  );
  const advice = adviceOn(plan).flatMap(({ check, message, fix }) => [`! ${check}   ${message}`, `  → ${fix}`]);
  print(json, plan, [
    `${file} is a valid plan for ${plan.name}`,
    `  services   ${services.join(', ')}`,
    `  records    ${plan.records.map(({ name }) => name).join(', ')}`,
    `  weights    ${plan.shift.weights.join(', ')} %, ${plan.shift.bake} each`,
    ...advice,
    `next: lgtm-migrate preflight -f ${file}`,
  ]);
  return EXIT.done;
}
