import { describe, expect, it } from 'vitest';
import { causeText } from '../../src/core/cause.js';

describe('what an error of a library says', () => {
  it('[exact] its first line, but not what the engine says where it stumbled', () => {
    expect(causeText(new Error('bad magic\n at byte 3'))).toBe('bad magic');
    const stumble = (value: { readonly list?: readonly number[] }): number => (value.list as readonly number[]).length;
    let caught: unknown = null;
    try {
      stumble({});
    } catch (error) {
      caught = error;
    }
    expect(causeText(caught)).toBe('damaged, or of a kind that its reader does not know');
  });
});
