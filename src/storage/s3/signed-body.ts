import type { PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';

/** The command, signed with a hash of its body that is known already, so that no byte is hashed twice. */
export function signedWith<Command extends PutObjectCommand | UploadPartCommand>(
  command: Command,
  sha256: string,
): Command {
  // Both have the same stack but for the type of what passes through it.
  const { middlewareStack } = command as UploadPartCommand;
  middlewareStack.add(
    next => args => {
      const { request } = args;
      if (typeof request === 'object' && request !== null && 'headers' in request) {
        Object.assign(request.headers as object, { 'x-amz-content-sha256': sha256 });
      }
      return next(args);
    },
    { step: 'build', name: 'knownBodyHash' },
  );
  return command;
}
