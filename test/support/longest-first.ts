import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** These small files take most of a minute each. */
const LONG = ['flow/chaos/chaos', 'flow/workspaces/tokens', 'flow/local/kill'];

/** Without the times of an earlier run, Vitest starts with the largest files, and these would end long after the others. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return index < 0 ? LONG.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
