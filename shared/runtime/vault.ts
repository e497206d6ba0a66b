import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod/mini';
import { jsonOrNothing } from '../json.ts';

/**
 * Encrypts and decrypts values of a schema with KMS. The encryption context is the workspace, so a value that is copied
 * to another workspace's row cannot be decrypted (KMS: InvalidCiphertextException).
 */
export const vault = <S extends z.core.$ZodType>(keyArn: string, schema: S) => {
  const kms = new KMSClient({});
  const EncryptionContext = (workspaceId: string) => ({ workspaceId });

  return {
    async seal(workspaceId: string, secret: z.core.input<S>): Promise<string> {
      const { CiphertextBlob } = await kms.send(
        new EncryptCommand({
          KeyId: keyArn,
          Plaintext: Buffer.from(JSON.stringify(secret)),
          EncryptionContext: EncryptionContext(workspaceId),
        }),
      );
      if (!CiphertextBlob) throw new Error('KMS returned no ciphertext.');
      return Buffer.from(CiphertextBlob).toString('base64');
    },

    async open(workspaceId: string, sealed: string): Promise<z.core.output<S>> {
      const { Plaintext } = await kms.send(
        new DecryptCommand({
          KeyId: keyArn,
          CiphertextBlob: Buffer.from(sealed, 'base64'),
          EncryptionContext: EncryptionContext(workspaceId),
        }),
      );
      // The error of `JSON.parse` would quote the plaintext, and errors are logged.
      return z.parse(schema, jsonOrNothing(Buffer.from(Plaintext ?? []).toString('utf8')));
    },
  };
};

export type Vault<T> = {
  seal(workspaceId: string, secret: T): Promise<string>;
  open(workspaceId: string, sealed: string): Promise<T>;
};
