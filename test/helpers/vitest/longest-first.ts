import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Files with a browser run first, grouped by browser, so that a worker keeps the browser that it has. Short files run last.
const ORDER = ['firefox', 'chromium', 'package', 'process', 'dom', 'unit'];

/** Orders test files so that no worker is idle at the end while another one runs a long file. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification): number => ORDER.indexOf(project.name);
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}
