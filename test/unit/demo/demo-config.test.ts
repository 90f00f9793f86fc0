import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/parse.ts';
import { demoConfig, demoVariable } from '../../../src/demo/demo-config.ts';
import { hostileNames } from '../../../src/demo/shop/hostile-names.ts';

test("the demo's declared file has no problems", () => {
  const environment = {
    [demoVariable]: 'postgresql://postgres:correct%20horse@127.0.0.1:5432/shop',
  };
  const surroundings = { environment, workspace: '/workspace', temporary: undefined, file: 'demo.yml' };
  const config = parseConfig(demoConfig, surroundings);
  expect(config.steps.map(step => step.kind)).toEqual(['dump', 'restore', 'verify', 'publish']);
});

test('the hostile names are all different and as long as Postgres allows', () => {
  expect(new Set(hostileNames).size).toBe(hostileNames.length);
  expect(Math.max(...hostileNames.map(name => Buffer.byteLength(name)))).toBe(63);
});
