import type { CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import { uploadMark } from './look.ts';
import type { S3Options } from './options.ts';

type StoredAs = Pick<
  CreateMultipartUploadCommandInput,
  | 'ContentType'
  | 'Metadata'
  | 'ServerSideEncryption'
  | 'SSEKMSKeyId'
  | 'StorageClass'
  | 'ObjectLockMode'
  | 'ObjectLockRetainUntilDate'
>;

/** What is asked of the storage for every object: how it is encrypted, where it lies, how long it is locked. */
export function storedAs({ encryption, storageClass, objectLock }: S3Options, upload: string, now: Date): StoredAs {
  const key = encryption?.kind === 'aws:kms' ? encryption.keyId : undefined;
  return {
    ContentType: 'application/octet-stream',
    Metadata: { [uploadMark]: upload },
    ...(encryption && { ServerSideEncryption: encryption.kind }),
    ...(key !== undefined && { SSEKMSKeyId: key }),
    // The SDK's list of classes is not that of other storages.
    ...(storageClass !== undefined && { StorageClass: storageClass as 'STANDARD' }),
    ...(objectLock && {
      ObjectLockMode: objectLock.mode,
      ObjectLockRetainUntilDate: new Date(now.getTime() + objectLock.days * 86_400_000),
    }),
  };
}
