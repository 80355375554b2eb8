import { describe, expect, it } from 'vitest';
import { BackendError } from './error';

describe('BackendError.from', () => {
  it('takes apart the text Go sends', () => {
    const e = BackendError.from('{"code":"unauthorized","message":"Sign in again."}');
    expect([e.code, e.message]).toEqual(['unauthorized', 'Sign in again.']);
  });

  it('takes apart the same text inside an Error', () => {
    expect(BackendError.from(new Error('{"code":"storage","message":"The disk is full."}')).code).toBe('storage');
  });

  it('takes an object as it is', () => {
    expect(BackendError.from({ code: 'invalid', message: 'No.' }).message).toBe('No.');
  });

  it('keeps a BackendError', () => {
    const e = new BackendError('denied', 'x');
    expect(BackendError.from(e)).toBe(e);
  });

  it.each([['plain text'], [''], ['null'], ['{"code":3}'], ['{"code":""}'], [undefined], [null], [42], [new TypeError('x is undefined')]])(
    'shows nothing inner of %j',
    (thrown) => {
      const e = BackendError.from(thrown);
      expect(e.code).toBe('internal');
      expect(e.message).toMatch(/^Something went wrong/);
    },
  );

  it('gives a code without a message the general sentence', () => {
    const e = BackendError.from('{"code":"not_found"}');
    expect([e.code, e.message.slice(0, 9)]).toEqual(['not_found', 'Something']);
  });
});
