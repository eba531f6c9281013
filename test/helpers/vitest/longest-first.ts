import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Those with a browser first, each browser's together, so that a worker keeps the one it has; short files fill up the end.
const ORDER = ['firefox', 'chromium', 'package', 'dom', 'unit'];

/** Orders test files so that no worker waits for another's long file at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification): number => ORDER.indexOf(project.name);
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}
