// What reading a study file says against it, for tests of its checks.
import { expect } from 'vitest';
import { SpecError } from '../../src/core/errors.js';
import { readStudySpec } from '../../src/study/read-spec.js';

export function complaint(text: string): string {
  try {
    readStudySpec(text, 's.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError);
    return (error as Error).message;
  }
  return 'accepted';
}
