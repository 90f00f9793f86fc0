import type { TestProject } from 'vitest/node';
import { findInstallations } from '../../src/client/installation.ts';
import { findServerPrograms } from '../../src/throwaway/find-server-programs.ts';
import { chooseServer } from '../../src/throwaway/server-programs.ts';
import { startServerBroker } from './server-broker.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly brokerAddress: string;
    /** Majors that can be started here and that the client found here can dump, oldest first. */
    readonly serverMajors: readonly number[];
    /** The newest client's folder; undefined where there is none. */
    readonly clientFolder: string | undefined;
  }
}

const testedMajors = [13, 14, 15, 16, 17, 18];

/** Offers servers to the tests; none is started before a test asks for it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [client] = await findInstallations();
  const found = await findServerPrograms([process.cwd()]);
  const newest = client?.version.major ?? 0;
  const programs = testedMajors.map(major => chooseServer(found, { major })).filter(chosen => chosen !== undefined);
  const broker = await startServerBroker(programs);
  project.provide('brokerAddress', broker.address);
  project.provide(
    'serverMajors',
    programs.map(({ version }) => version.major).filter(major => major <= newest),
  );
  project.provide('clientFolder', client?.folder);
  return async () => {
    await broker[Symbol.asyncDispose]();
  };
}
