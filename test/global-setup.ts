import { compiled } from '../lab/tools';

/** Compiles once for all tests of this run what their labs start. */
export default function compile(): void {
  compiled('worker');
}
